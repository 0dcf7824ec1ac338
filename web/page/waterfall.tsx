import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CriticalSpan } from './critical-stretches.ts';
import { formatNanos, ticks } from './format.ts';
import { useKeys } from './keys.ts';
import type { ServiceColour } from './service-colours.ts';
import { visibleRows, type SpanRow, type SpanTree } from './span-tree.ts';
import { VirtualRows } from './virtual-rows.tsx';
import { WaterfallRow } from './waterfall-row.tsx';

interface WaterfallProps {
  readonly tree: SpanTree;
  readonly colourOf: ServiceColour;
  /** Empty where it is not to be seen. */
  readonly critical: ReadonlyMap<string, CriticalSpan>;
  /** The span id chosen, or ''. */
  readonly chosen: string;
  /** Span ids that the chosen log line belongs to. */
  readonly marked: ReadonlySet<string>;
  readonly onChoose: (spanId: string) => void;
  /** What is above the spans on the same axis. */
  readonly children: ComponentChildren;
}

const ROW_HEIGHT = 28;
const TICKS = 5;
const SCREEN_ROWS = 15;

/** The spans on one time axis, nested, foldable, and walked by keys. */
export function Waterfall(props: WaterfallProps): JSX.Element {
  const { tree, colourOf, critical, chosen, marked, onChoose, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(chosen);
  const rows = useMemo(() => visibleRows(tree.rows, folded), [tree, folded]);
  const indexes = useMemo(
    () => new Map(rows.map(({ span: { spanId } }, index) => [spanId, index])),
    [rows],
  );
  // What was chosen elsewhere, by a line or by the address, is where the keys go on.
  useEffect(() => {
    if (chosen !== '') setActive(chosen);
  }, [chosen]);
  const index = indexes.get(active) ?? -1;
  const sought = indexes.get(chosen) ?? -1;
  const marks = ticks(tree.durationNanos, TICKS);

  const fold = ({ span, descendants }: SpanRow, hidden: boolean): void => {
    if (descendants === 0) return;
    const next = new Set(folded);
    if (hidden) next.add(span.spanId);
    else next.delete(span.spanId);
    setFolded(next);
  };
  const go = (to: number): void => {
    box.current?.focus({ preventScroll: true });
    setActive(rows[Math.min(rows.length - 1, Math.max(0, to))]?.span.spanId ?? '');
  };
  const goToError = (step: 1 | -1): void => {
    for (let at = index + step; at >= 0 && at < rows.length; at += step) {
      if (rows[at]?.failed) return go(at);
    }
  };
  useKeys({
    j: () => go(index + 1),
    k: () => go(index - 1),
    e: () => goToError(1),
    E: () => goToError(-1),
  });
  const keys: Record<string, (row: SpanRow | undefined) => void> = {
    ArrowDown: () => go(index + 1),
    ArrowUp: () => go(index - 1),
    PageDown: () => go(index + SCREEN_ROWS),
    PageUp: () => go(index - SCREEN_ROWS),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowLeft: (row) => {
      if (row === undefined) return;
      if (row.descendants > 0 && !folded.has(row.span.spanId)) fold(row, true);
      else go(rows.findLastIndex(({ depth }, at) => at < index && depth < row.depth));
    },
    ArrowRight: (row) => row && fold(row, false),
    Enter: (row) => row && onChoose(row.span.spanId),
    ' ': (row) => row && onChoose(row.span.spanId),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(rows[index]);
  };

  return (
    <section class="waterfall" aria-label="Waterfall">
      <div class="axis" aria-hidden="true">
        <span class="label">Span</span>
        <span class="lane">
          {marks.map((nanos) => (
            <span key={nanos} class="tick" style={{ left: percent(nanos, tree.durationNanos) }}>
              {formatNanos(nanos)}
            </span>
          ))}
        </span>
      </div>
      {children}
      <div
        ref={box}
        role="tree"
        tabIndex={0}
        style={{ '--tick': percent(marks[1] ?? 0, tree.durationNanos) }}
        aria-label={`${tree.rows.length} spans; arrow keys walk and fold, Enter opens one`}
        aria-activedescendant={index < 0 ? undefined : `span-${active}`}
        onKeyDown={onKeyDown}
        onFocus={() => index < 0 && go(Math.max(0, sought))}
      >
        <VirtualRows
          class="spans"
          count={rows.length}
          rowHeight={ROW_HEIGHT}
          active={index < 0 ? sought : index}
          row={(at) => {
            const row = rows[at];
            if (row === undefined) return <></>;
            const { spanId } = row.span;
            return (
              <WaterfallRow
                key={row.node}
                row={row}
                totalNanos={tree.durationNanos}
                critical={critical.get(spanId)?.stretches ?? NONE}
                colour={colourOf(row.service)}
                folded={folded.has(spanId)}
                active={spanId === active}
                chosen={spanId === chosen}
                marked={marked.has(spanId)}
                onFold={() => fold(row, !folded.has(spanId))}
                onChoose={() => {
                  setActive(spanId);
                  onChoose(spanId === chosen ? '' : spanId);
                }}
              />
            );
          }}
        />
      </div>
    </section>
  );
}

const NONE: readonly never[] = [];

const percent = (nanos: number, total: number): string =>
  `${total > 0 ? (100 * nanos) / total : 0}%`;

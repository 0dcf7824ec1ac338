import type { JSX } from 'preact';
import type { Stretch } from './critical-stretches.ts';
import { formatNanos } from './format.ts';
import type { Doubt, SpanRow } from './span-tree.ts';

interface WaterfallRowProps {
  readonly row: SpanRow;
  readonly totalNanos: number;
  readonly colour: string;
  /** What of it is on the critical path. */
  readonly critical: readonly Stretch[];
  readonly folded: boolean;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly marked: boolean;
  readonly onFold: () => void;
  readonly onChoose: () => void;
}

const INDENT_PIXELS = 13;
/** Deeper spans are no further in, so that their names can still be read. */
const DEEPEST = 14;

/** What a doubt looks like beside a name. */
const SIGNS: Readonly<Record<Doubt, string>> = { incomplete: '…', inferred: '≈', odd: '?' };

export function WaterfallRow(props: WaterfallRowProps): JSX.Element {
  const { row, totalNanos, colour, critical, folded, onFold, onChoose } = props;
  const { span, service, depth, descendants, failed, doubt, remarks } = row;
  const states = [
    'row',
    ...['active', 'chosen', 'marked'].filter((name) => props[name as 'active']),
  ];
  return (
    <div
      id={`span-${span.spanId}`}
      class={states.join(' ')}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={props.chosen}
      aria-expanded={descendants > 0 ? !folded : undefined}
      aria-label={spoken(row, critical.length > 0)}
      onClick={onChoose}
    >
      <span class="label" style={{ paddingLeft: `${Math.min(depth, DEEPEST) * INDENT_PIXELS}px` }}>
        {descendants > 0 ? (
          <button
            type="button"
            class="fold"
            tabIndex={-1}
            title={folded ? `show ${descendants} spans below` : 'hide what is below'}
            onClick={(event) => {
              event.stopPropagation();
              onFold();
            }}
          >
            {folded ? '▸' : '▾'}
          </button>
        ) : (
          <span class="fold" />
        )}
        <i class="swatch" style={{ background: colour }} />
        <span class="name" title={`${service} ${span.name}`}>
          <span class="dim">{service}</span> {span.name}
        </span>
        {failed && (
          <span class="mark bad" title={span.status.message ?? 'error'}>
            ✕
          </span>
        )}
        {doubt !== undefined && (
          <span class="mark odd" title={[doubt, ...remarks].join('\n')}>
            {SIGNS[doubt]}
          </span>
        )}
        {folded && <span class="dim count">+{descendants}</span>}
      </span>
      <Lane row={row} totalNanos={totalNanos} colour={colour} critical={critical} />
    </div>
  );
}

/** Lane and bar on the common axis; the room for the last length is beside the lane. */
function Lane({
  row: { startNanos, durationNanos, failed, doubt },
  totalNanos,
  colour,
  critical,
}: Pick<WaterfallRowProps, 'row' | 'totalNanos' | 'colour' | 'critical'>): JSX.Element {
  const share = (nanos: number): number => (totalNanos > 0 ? (100 * nanos) / totalNanos : 0);
  const left = share(startNanos);
  const width = share(Math.max(0, durationNanos));
  return (
    <span class="lane">
      <span
        class={`bar ${failed ? 'failed' : ''} ${doubt ?? ''}`}
        style={{ left: `${left}%`, width: `${width}%`, backgroundColor: colour }}
      />
      {critical.map(({ start, end }) => (
        <i
          key={start}
          class="critical"
          style={{ left: `${share(start)}%`, width: `${share(end - start)}%` }}
        />
      ))}
      <span class="length" style={{ left: `${left + width}%` }}>
        {formatNanos(durationNanos)}
      </span>
    </span>
  );
}

function spoken(
  { service, span, startNanos, durationNanos, failed, doubt, remarks }: SpanRow,
  isCritical: boolean,
): string {
  const parts = [
    `${service} ${span.name}`,
    `starts at ${formatNanos(startNanos)}`,
    `takes ${formatNanos(durationNanos)}`,
    ...(failed ? ['error'] : []),
    ...(isCritical ? ['on the critical path'] : []),
    ...(doubt === undefined ? [] : [doubt]),
    ...remarks,
  ];
  return parts.join(', ');
}

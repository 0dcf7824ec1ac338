import type { JSX } from 'preact';
import { formatNanos } from './format.ts';
import type { SpanRow } from './span-tree.ts';

interface WaterfallRowProps {
  readonly row: SpanRow;
  readonly totalNanos: number;
  readonly ticks: readonly number[];
  readonly colour: string;
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

export function WaterfallRow(props: WaterfallRowProps): JSX.Element {
  const { row, totalNanos, colour, folded, onFold, onChoose } = props;
  const { span, service, depth, descendants, failed, remarks } = row;
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
      aria-label={spoken(row)}
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
        {remarks.length > 0 && (
          <span class="mark odd" title={remarks.join('\n')}>
            ?
          </span>
        )}
        {folded && <span class="dim count">+{descendants}</span>}
      </span>
      <Lane row={row} totalNanos={totalNanos} ticks={props.ticks} colour={colour} />
    </div>
  );
}

/** Lane and bar on the common axis; the room for the last length is beside the lane. */
function Lane({
  row: { startNanos, durationNanos, failed, remarks },
  totalNanos,
  ticks,
  colour,
}: Pick<WaterfallRowProps, 'row' | 'totalNanos' | 'ticks' | 'colour'>): JSX.Element {
  const share = (nanos: number): number => (totalNanos > 0 ? (100 * nanos) / totalNanos : 0);
  const left = share(startNanos);
  const width = share(Math.max(0, durationNanos));
  return (
    <span class="lane">
      {ticks.map((nanos) => (
        <i key={nanos} class="grid" style={{ left: `${share(nanos)}%` }} />
      ))}
      <span
        class={`bar${failed ? ' failed' : ''}${remarks.length > 0 ? ' odd' : ''}`}
        style={{ left: `${left}%`, width: `${width}%`, backgroundColor: colour }}
      />
      <span class="length" style={{ left: `${left + width}%` }}>
        {formatNanos(durationNanos)}
      </span>
    </span>
  );
}

function spoken({ service, span, startNanos, durationNanos, failed, remarks }: SpanRow): string {
  const parts = [
    `${service} ${span.name}`,
    `starts at ${formatNanos(startNanos)}`,
    `takes ${formatNanos(durationNanos)}`,
    ...(failed ? ['error'] : []),
    ...remarks,
  ];
  return parts.join(', ');
}

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ReportedEvent } from '../../incident/report.ts';
import { formatNanos } from './format.ts';
import { laneItems, type LaneItem } from './lane-items.ts';
import type { SpanTree } from './span-tree.ts';

interface SystemLaneProps {
  readonly tree: SpanTree;
  readonly events: readonly ReportedEvent[];
  /** Of the span or event chosen, or ''. */
  readonly chosen: string;
  readonly onChoose: (item: LaneItem) => void;
}

const ROW_HEIGHT = 16;

/** What the system did meanwhile, on the same time axis as the spans below; nothing where nothing is known. */
export function SystemLane({
  tree,
  events,
  chosen,
  onChoose,
}: SystemLaneProps): JSX.Element | null {
  const { items, rows, hidden } = useMemo(() => laneItems(tree, events), [tree, events]);
  if (items.length === 0) return null;
  const share = (nanos: number): number => (100 * nanos) / Math.max(1, tree.durationNanos);
  return (
    <div class="system-lane" role="group" aria-label="System events meanwhile">
      <span class="label">
        System <span class="dim">{items.length + hidden}</span>
        {hidden > 0 && <span class="dim"> ({hidden} not drawn)</span>}
      </span>
      <span class="lane" style={{ height: `${rows * ROW_HEIGHT + 6}px` }}>
        {items.map((item) => (
          <button
            type="button"
            key={item.kind + item.id}
            class={laneClass(item, chosen)}
            style={{
              left: `${share(item.startNanos)}%`,
              width: `${share(item.endNanos - item.startNanos)}%`,
              top: `${item.row * ROW_HEIGHT + 3}px`,
            }}
            title={item.label}
            aria-label={`${item.label}, from ${formatNanos(item.startNanos)} to ${formatNanos(item.endNanos)}`}
            aria-pressed={item.id === chosen}
            onClick={() => onChoose(item)}
          >
            {item.label}
          </button>
        ))}
      </span>
    </div>
  );
}

function laneClass({ id, isCut: [before, after] }: LaneItem, chosen: string): string {
  const states = [
    'happening',
    ...(before ? ['from-before'] : []),
    ...(after ? ['goes-on'] : []),
    ...(id === chosen ? ['chosen'] : []),
  ];
  return states.join(' ');
}

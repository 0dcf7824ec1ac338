import type { ReportedEvent } from '../../incident/report.ts';
import { SYSTEM } from '../../spans/services-work.ts';
import type { SpanTree } from './span-tree.ts';

/** Something that the system around the trace did, on the trace's time axis. */
export interface LaneItem {
  readonly kind: 'span' | 'event';
  /** A span id, or an event's. */
  readonly id: string;
  readonly label: string;
  /** From the trace's first moment, cut to the trace. */
  readonly startNanos: number;
  readonly endNanos: number;
  /** Whether it began before the trace, or went on after it. */
  readonly isCut: readonly [before: boolean, after: boolean];
  /** Counted from 0; what overlaps is on several rows. */
  readonly row: number;
}

interface Lane {
  readonly items: readonly LaneItem[];
  readonly rows: number;
  /** Items for which there was no room. */
  readonly hidden: number;
}

const MOST_ROWS = 5;
/** Narrower items are drawn this wide, as a share of the trace, and must not hide each other. */
const LEAST_SHARE = 0.006;

/**
 * What happened while the trace went on: its own spans of service `system`,
 * and the system events that meet it in time. By start, each on the first row
 * that is free; what finds none of five rows is counted.
 */
export function laneItems(
  { rows, startTimeUnixNano, durationNanos }: SpanTree,
  events: readonly ReportedEvent[],
): Lane {
  const origin = BigInt(startTimeUnixNano);
  const found = [
    ...rows
      .filter(({ service }) => service === SYSTEM)
      .map(({ span, node }) => ({
        kind: 'span' as const,
        id: span.spanId,
        label: span.name,
        start: node.start,
        end: node.end,
      })),
    ...events.map(({ id, kind, summary, ...event }) => ({
      kind: 'event' as const,
      id,
      label: `${kind}: ${summary}`,
      start: Number(BigInt(event.startTimeUnixNano) - origin),
      end: Number(BigInt(event.endTimeUnixNano) - origin),
    })),
  ]
    .filter(({ start, end }) => end >= 0 && start <= durationNanos)
    .toSorted((a, b) => a.start - b.start);
  const items: LaneItem[] = [];
  const freeFrom: number[] = [];
  let hidden = 0;
  for (const { kind, id, label, start, end } of found) {
    const startNanos = Math.max(0, start);
    const endNanos = Math.min(durationNanos, end);
    const free = freeFrom.findIndex((from) => from <= startNanos);
    const row = free < 0 ? freeFrom.length : free;
    if (row >= MOST_ROWS) {
      hidden += 1;
      continue;
    }
    freeFrom[row] = Math.max(endNanos, startNanos + LEAST_SHARE * durationNanos);
    const isCut = [start < 0, end > durationNanos] as const;
    items.push({ kind, id, label, startNanos, endNanos, isCut, row });
  }
  return { items, rows: freeFrom.length, hidden };
}

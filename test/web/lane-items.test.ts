import { describe, expect, test } from 'vitest';
import type { ReportedEvent } from '../../incident/report.ts';
import { laneItems } from '../../web/page/lane-items.ts';
import { spanTree } from '../../web/page/span-tree.ts';
import { micros, rebuilt, spanId } from '../export/rebuilt.ts';

const tree = spanTree([
  rebuilt({ trace: 1, span: 1, at: 0, long: 100 }).span,
  rebuilt({ trace: 1, span: 2, parent: 1, at: 10, long: 20, service: 'system', name: 'circuit' })
    .span,
]);

const event = (id: string, from: number, to: number): ReportedEvent => ({
  id,
  source: 'vmstat',
  kind: 'memory',
  startTimeUnixNano: `${BigInt(micros(from)) * 1000n}`,
  endTimeUnixNano: `${BigInt(micros(to)) * 1000n}`,
  about: {},
  summary: 'little is left',
  magnitude: 4,
  lines: [],
});

describe('the lane of system events', () => {
  test("has the trace's own spans of the system, and the events beside them", () => {
    const { items, rows, hidden } = laneItems(tree, [event('e1', 40, 50)]);
    expect(items).toEqual([
      expect.objectContaining({ kind: 'span', id: spanId(2), label: 'circuit', startNanos: 10e6 }),
      expect.objectContaining({
        kind: 'event',
        id: 'e1',
        label: 'memory: little is left',
        startNanos: 40e6,
        endNanos: 50e6,
        isCut: [false, false],
      }),
    ]);
    expect([rows, hidden]).toEqual([1, 0]);
  });

  test('cuts what began before or goes on after, and leaves out what does not meet it', () => {
    const { items } = laneItems(tree, [
      event('around', -10, 200),
      event('before', -10, -1),
      event('after', 101, 102),
      event('touches', 100, 120),
    ]);
    const events = items.filter(({ kind }) => kind === 'event');
    expect(
      events.map(({ id, startNanos, endNanos, isCut }) => [id, startNanos, endNanos, ...isCut]),
    ).toEqual([
      ['around', 0, 100e6, true, true],
      ['touches', 100e6, 100e6, false, true],
    ]);
  });

  test('puts what overlaps on rows of its own, and counts what finds none', () => {
    const overlapping = Array.from({ length: 7 }, (_, at) => event(`e${at}`, 0, 60 + at));
    const { items, rows, hidden } = laneItems(tree, overlapping);
    expect(rows).toBe(5);
    expect(items.length + hidden).toBe(8);
    const lastEnd: number[] = [];
    for (const { row, startNanos, endNanos } of items) {
      expect(startNanos).toBeGreaterThanOrEqual(lastEnd[row] ?? 0);
      lastEnd[row] = endNanos;
    }
  });
});

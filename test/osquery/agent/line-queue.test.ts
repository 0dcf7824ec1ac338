import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineQueue } from '../../../osquery/agent/line-queue.ts';
import { check } from '../../property.ts';

const ALL = { maxLines: 100, maxLength: 1000 };

function queueOf(lines: readonly string[], bounds = ALL): LineQueue {
  const queue = new LineQueue(bounds);
  for (const line of lines) queue.add(line);
  return queue;
}

describe('lines that wait', () => {
  test('stay until they are acknowledged', () => {
    const queue = queueOf(['a', 'b', 'c']);
    const batch = queue.oldest({ maxLines: 2, maxLength: 100 });
    expect(batch.lines).toEqual(['a', 'b']);
    expect(queue.oldest(ALL).lines).toEqual(['a', 'b', 'c']);
    queue.acknowledge(batch);
    expect(queue.oldest(ALL).lines).toEqual(['c']);
  });

  test('are given by length too, but at least one', () => {
    const queue = queueOf(['aaaa', 'bb', 'c']);
    expect(queue.oldest({ maxLines: 9, maxLength: 6 }).lines).toEqual(['aaaa', 'bb']);
    expect(queue.oldest({ maxLines: 9, maxLength: 1 }).lines).toEqual(['aaaa']);
  });

  test('fall out when there are too many, the oldest first, and are counted once', () => {
    const queue = queueOf(['a', 'b', 'c', 'd'], { maxLines: 2, maxLength: 100 });
    expect(queue.oldest(ALL).lines).toEqual(['c', 'd']);
    expect([queue.takeDropped(), queue.takeDropped()]).toEqual([2, 0]);
  });

  test('that fall out while their batch is under way take no others with them', () => {
    const queue = queueOf(['a', 'b'], { maxLines: 2, maxLength: 100 });
    const batch = queue.oldest(ALL);
    queue.add('c');
    queue.acknowledge(batch);
    expect(queue.oldest(ALL).lines).toEqual(['c']);
  });

  test('are all acknowledged or counted as dropped, in their order', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('add' as const) },
      fc.constant('send' as const),
    );
    check(
      fc.property(fc.array(step, { maxLength: 3000, size: 'max' }), (steps) => {
        const queue = new LineQueue({ maxLines: 50, maxLength: 150 });
        const sent: string[] = [];
        let added = 0;
        let dropped = 0;
        for (const step of steps) {
          if (step === 'add') queue.add(String(added++));
          else {
            const batch = queue.oldest({ maxLines: 7, maxLength: 1000 });
            sent.push(...batch.lines);
            queue.acknowledge(batch);
          }
          dropped += queue.takeDropped();
        }
        expect(sent.length + dropped + queue.length).toBe(added);
        expect(sent.map(Number)).toEqual(sent.map(Number).toSorted((a, b) => a - b));
        expect(new Set(sent).size).toBe(sent.length);
      }),
      30,
    );
  });
});

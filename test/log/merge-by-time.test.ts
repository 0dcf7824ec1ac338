import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { mergeByTime } from '../../log/merge-by-time.ts';
import { check } from '../property.ts';
import { sampleEntry } from './sample-entry.ts';

const entry = (ts: number, seq = 0, node = 'a'): LogEntry => sampleEntry({}, { ts, seq, node });

async function* batched(entries: readonly LogEntry[], size: number): AsyncGenerator<LogEntry[]> {
  for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
}

async function merged(
  sources: readonly (readonly LogEntry[])[],
  { slackSeconds = 1, size = 2, maxHeld = 1_000 } = {},
): Promise<{ entries: LogEntry[]; late: number[] }> {
  const late = sources.map(() => 0);
  const merge = mergeByTime(
    sources.map((entries, at) => ({
      batches: batched(entries, size),
      onLate: () => void (late[at] = (late[at] ?? 0) + 1),
    })),
    { slackSeconds, maxHeld },
  );
  return { entries: (await Array.fromAsync(merge)).flat(), late };
}

async function* failing(): AsyncGenerator<LogEntry[]> {
  yield [entry(5)];
  throw new Error('disk gone');
}

const times = (entries: readonly LogEntry[]): number[] => entries.map(({ ts }) => ts);

describe('a merge by time', () => {
  test('puts what is out of order within the slack in order, and loses nothing', async () => {
    const source = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 40 });
    await check(
      fc.asyncProperty(
        fc.array(source, { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (steps, disorder, size) => {
          const sources = steps.map((list, rank) => {
            let now = 0;
            return list.map((step, seq) => {
              now += step / 50;
              return entry(now + (disorder[seq] ?? 0), seq, String(rank));
            });
          });
          const { entries, late } = await merged(sources, { size });
          const sorted = sources.flat().toSorted((a, b) => a.ts - b.ts);
          expect(times(entries)).toEqual(times(sorted));
          expect(new Set(entries)).toEqual(new Set(sorted));
          expect(late).toEqual(sources.map(() => 0));
        },
      ),
      100,
    );
  });

  test('keeps the order of a source, and of sources, where times are equal', async () => {
    const { entries } = await merged([
      [entry(1, 0, 'a'), entry(1, 1, 'a'), entry(1, 2, 'a')],
      [entry(1, 0, 'b'), entry(1, 1, 'b')],
    ]);
    expect(entries.map(({ node, seq }) => `${node}${seq}`)).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
  });

  test('passes on at once what comes when its place has been passed, and counts it', async () => {
    const { entries, late } = await merged(
      [[1, 5, 10, 4, 11].map((ts) => entry(ts)), [1, 20].map((ts) => entry(ts))],
      { size: 1 },
    );
    expect(times(entries)).toEqual([1, 1, 5, 4, 10, 11, 20]);
    expect(late).toEqual([1, 0]);
  });

  test('reads first what is furthest behind: files of different days are not held', async () => {
    const read: string[] = [];
    async function* watched(name: string, from: number): AsyncGenerator<LogEntry[]> {
      for (let n = 0; n < 3; n++) {
        read.push(name);
        yield [entry(from + n)];
      }
    }
    const sources = [watched('new', 1_000), watched('old', 0)].map((batches) => ({
      batches,
      onLate: () => {},
    }));
    const entries = (await Array.fromAsync(mergeByTime(sources, { slackSeconds: 0 }))).flat();
    expect(times(entries)).toEqual([0, 1, 2, 1_000, 1_001, 1_002]);
    expect(read).toEqual(['new', 'old', 'old', 'old', 'new', 'new']);
  });

  test('holds no more than its bound', async () => {
    const many = Array.from({ length: 500 }, (_, n) => entry(n / 1_000));
    const { entries } = await merged([many, [entry(0), entry(9)]], {
      slackSeconds: 100,
      maxHeld: 10,
    });
    expect(times(entries)).toEqual(times(entries).toSorted((a, b) => a - b));
    let given = 0;
    const merge = mergeByTime([{ batches: batched(many, 50), onLate: () => {} }], {
      slackSeconds: 100,
      maxHeld: 10,
    });
    const first = await merge.next();
    given += first.value?.length ?? 0;
    await merge.return(undefined);
    expect(given).toBe(40);
  });

  test('ends its sources when it is left, and when one fails', async () => {
    let ended = 0;
    async function* endless(): AsyncGenerator<LogEntry[]> {
      try {
        for (let n = 0; ; n++) yield [entry(n)];
      } finally {
        ended++;
      }
    }
    const source = (batches: AsyncGenerator<LogEntry[]>) => ({ batches, onLate: () => {} });
    for await (const _ of mergeByTime([source(endless()), source(endless())], { slackSeconds: 0 }))
      break;
    expect(ended).toBe(2);
    await expect(
      Array.fromAsync(mergeByTime([source(endless()), source(failing())], { slackSeconds: 0 })),
    ).rejects.toThrow('disk gone');
    expect(ended).toBe(3);
  });
});

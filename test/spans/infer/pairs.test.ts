import { expect, test } from 'vitest';
import { pairMarks, type Mark } from '../../../spans/infer/pairs.ts';

const UNIT = 1e-3;
let order = 0;
const mark = (seconds: number, more: Partial<Mark> = {}): Mark => ({
  family: 'work',
  group: 'work',
  seconds,
  order: order++,
  joins: [],
  ...more,
});
const startsOf = (starts: readonly Mark[], ends: readonly Mark[]): (number | undefined)[] =>
  pairMarks(starts, ends, UNIT).map(({ start }) => start);

test('an end has the one start before it', () => {
  const [a, b, c, d] = [mark(1), mark(2), mark(3), mark(4)];
  expect(pairMarks([a, c], [b, d], UNIT)).toEqual([
    { start: 0, confidence: expect.closeTo(1, 3) },
    { start: 1, confidence: expect.closeTo(1, 3) },
  ]);
});

test('only marks of one group belong together', () => {
  const a = mark(1, { group: 'ann' });
  const b = mark(1, { group: 'bob' });
  const endOfAnn = mark(2, { group: 'ann' });
  const endOfCleo = mark(2, { group: 'cleo' });
  expect(startsOf([a, b], [endOfCleo, endOfAnn])).toEqual([undefined, 0]);
});

test('an end that tells its duration has the start that this points at', () => {
  const starts = [mark(1), mark(1.01), mark(1.02)];
  const ends = [
    mark(1.05, { durationSeconds: 0.03 }),
    mark(1.06, { durationSeconds: 0.06 }),
    mark(1.07, { durationSeconds: 0.06 }),
  ];
  expect(startsOf(starts, ends)).toEqual([2, 0, 1]);
});

test('values that contradict keep marks apart', () => {
  const joins = (value: string) => ({ joins: [{ name: 'amount', value }] });
  const starts = [mark(1, joins('10')), mark(1.001, joins('20'))];
  const ends = [mark(1.002, joins('20')), mark(1.003, joins('10'))];
  expect(startsOf(starts, ends)).toEqual([1, 0]);
});

test('an end that may be none leaves a start to the end that must have one', () => {
  const start = mark(1);
  const maybe = mark(1.01, { optional: true });
  const sure = mark(1.02);
  expect(startsOf([start], [maybe, sure])).toEqual([undefined, 0]);
});

test('all are matched together: a start that was lost does not shift the others', () => {
  // Each takes 10 ms, one every 100 ms; the third start is missing.
  const marks = Array.from({ length: 20 }, (_, index) => {
    const start = mark(index * 0.1);
    return { start, end: mark(index * 0.1 + 0.01) };
  });
  const starts = marks.map(({ start }) => start).toSpliced(2, 1);
  const found = startsOf(
    starts,
    marks.map(({ end }) => end),
  );
  expect(found).toEqual(
    marks.map((_, index) => (index === 2 ? undefined : index < 2 ? index : index - 1)),
  );
});

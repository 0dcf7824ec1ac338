import { describe, expect, test } from 'vitest';
import { check } from '../../rules/check.ts';
import { Learner } from '../../rules/learn.ts';
import { parse } from '../../rules/parse.ts';
import { entriesOf, ran, spansOf } from './entries.ts';

/** The proposal for these lines, which must be good rules. */
function learned(lines: readonly (string | object)[]): string {
  const learner = new Learner();
  for (const entry of entriesOf(lines)) learner.push(entry);
  const { rules } = learner.learn('app.log');
  expect(check(parse(rules, 'proposal'))).toEqual([]);
  return rules;
}

const repeated = (count: number, lines: (n: number) => (string | object)[]): (string | object)[] =>
  Array.from({ length: count }, (_, n) => lines(n)).flat();

describe('a proposal', () => {
  test('has a machine for a start and an end with the same id, and gives a span each', () => {
    const lines = repeated(10, (n) => [
      `Job ${n * 7} started by cron`,
      `job ${n * 7}: loading`,
      `Job ${n * 7} finished with code 0`,
    ]);
    const rules = learned(lines);
    expect(rules).toContain(String.raw`/^Job\s+(?<id>\S+)\s+started\s+by\s+cron$/ -> open`);
    expect(rules).toContain(
      String.raw`/^Job\s+(?<id>\S+)\s+finished\s+with\s+code\s+\S+$/ -> close`,
    );
    expect(spansOf(ran(rules, entriesOf(lines)).actions)).toHaveLength(10);
  });

  test('has the other end of those that fail', () => {
    const lines = repeated(20, (n) => [
      { level: 30, msg: `Order ${n} begins` },
      { level: 30, msg: `checking stock for ${n}` },
      n % 4 === 0
        ? { level: 50, msg: `cannot deliver ${n}` }
        : { level: 30, msg: `Order ${n} completed` },
    ]);
    const { actions } = ran(learned(lines), entriesOf(lines));
    const failed = actions.filter(
      (action) => action.kind === 'span' && action.status.code === 'error',
    );
    expect(failed).toHaveLength(5);
    expect(spansOf(actions).filter((span) => span.includes('('))).toEqual([]);
  });

  test('leaves to order and time what overlaps', () => {
    const lines = repeated(10, () => [
      'request for /a received',
      'request for /a received',
      'request for /a answered',
      'request for /b received',
      'request for /a answered',
      'request for /b answered',
    ]);
    const rules = learned(lines);
    expect(rules).toContain('-> start request-for-received(id)');
    const { boundaries } = ran(rules, entriesOf(lines)).counts;
    expect(boundaries).toBe(60);
  });

  test('takes the duration that a line tells', () => {
    const lines = repeated(5, (n) => [`rendered page p${n} in ${n + 0.5} ms`]);
    const { actions } = ran(learned(lines), entriesOf(lines));
    expect(actions).toMatchObject([
      { kind: 'span', startSeconds: 1000.9995, endSeconds: 1001 },
      {},
      {},
      {},
      {},
    ]);
  });

  test('takes a field beside the text for a key', () => {
    const lines = repeated(6, (n) => [
      { thread: `t${n % 3}`, msg: 'opening store' },
      { thread: `t${n % 3}`, msg: 'store closed' },
    ]);
    const rules = learned(lines);
    expect(rules).toContain('key log.thread');
    expect(spansOf(ran(rules, entriesOf(lines)).actions)).toHaveLength(6);
  });

  describe('of several kinds of lines with one key', () => {
    const verbs = ['Fetching', 'Creating', 'Removing'];
    const request = (n: number): object[] => [
      { req: `r-${n}`, msg: `${verbs[n % 3]} order ${n % 4}` },
      { req: `r-${n}`, msg: `querying table ${n % 5}` },
      { req: `r-${n}`, msg: `query returned ${n % 7} rows` },
      n % 5 === 0
        ? { req: `r-${n}`, level: 50, msg: 'out of stock' }
        : { req: `r-${n}`, msg: `answered with ${n % 2}` },
    ];

    test('has one span from any of the first to any of the last, and those within', () => {
      const lines = repeated(30, request);
      const rules = learned(lines);
      expect(rules).toContain('key log.req');
      const { actions } = ran(rules, entriesOf(lines));
      const spans = actions.filter((action) => action.kind === 'span');
      expect(spans.filter(({ parentId }) => parentId === undefined)).toHaveLength(30);
      expect(spans.filter(({ parentId }) => parentId !== undefined)).toHaveLength(30);
      expect(spans.filter(({ status }) => status.code === 'error')).toHaveLength(6);
      expect(spans.filter(({ incomplete }) => incomplete !== undefined)).toEqual([]);
    });

    test('holds where they are interleaved, and the key is in the text', () => {
      const lines = repeated(12, (n) => {
        const [one, other] = [2 * n, 2 * n + 1];
        return [
          `[q${one}] ${verbs[one % 3]} it`,
          `[q${other}] ${verbs[other % 3]} it`,
          `[q${other}] answered well`,
          `[q${one}] answered well`,
        ];
      });
      const { actions } = ran(learned(lines), entriesOf(lines));
      expect(actions.filter((action) => action.kind === 'span')).toHaveLength(24);
    });

    test('is not seen where what comes first is any of them', () => {
      const lines = repeated(30, (n) => {
        const [one, two, three, four] = request(n).map((line, at) => ({ ...line, at }));
        return [
          [one, two, three, four],
          [three, one, four, two],
          [two, four, one, three],
          [four, three, two, one],
        ][n % 4] as object[];
      });
      expect(learned(lines)).not.toContain('as whole');
    });
  });

  test('is honest where there is nothing to propose', () => {
    const rules = ['a cat', 'one dog', 'the bird'].join('\n');
    const learner = new Learner();
    for (const entry of entriesOf(rules.split('\n'))) learner.push(entry);
    expect(learner.learn('app.log').rules).toContain(
      'no two kinds of line look like start and end',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker, type Transition } from '../../log/breaker.ts';
import type { LogEntry } from '../../log/entry.ts';
import { check } from '../property.ts';

const options = {
  bad: ({ log }: LogEntry) => log['msg'] === 'bad',
  good: ({ log }: LogEntry) => log['msg'] === 'good',
  threshold: 3,
  withinSeconds: 10,
  halfOpenSeconds: 30,
};

const line = (ts: number, msg: string, seq = 0): LogEntry => ({
  ts,
  node: 'petstore',
  instance: 'petstore',
  stream: 'stdout',
  seq,
  log: { msg },
  text: '',
});

/** `3 bad` is a bad line at second 3; anything else but `good` only tells the time. */
function transitions(...said: readonly string[]): Transition[] {
  const breaker = new Breaker(options);
  return said.flatMap((text) => {
    const [at, msg = ''] = text.split(' ');
    const passed = breaker.pass(Number(at));
    return [passed ?? [], breaker.look(line(Number(at), msg)) ?? []].flat();
  });
}

describe('a breaker', () => {
  test.each<[string, string[], string[]]>([
    ['breaks by three bad lines within ten seconds', ['0 bad', '4 bad', '10 bad'], ['open 10']],
    ['bears three in a longer time', ['0 bad', '4 bad', '11 bad'], []],
    ['counts the last three', ['0 bad', '4 bad', '11 bad', '12 bad'], ['open 12']],
    [
      'does not let a good line make up for them',
      ['0 bad', '1 bad', '2 good', '3 bad'],
      ['open 3'],
    ],
    [
      'half-opens by time alone',
      ['0 bad', '0 bad', '0 bad', '29 tick', '30 tick'],
      ['open 0', 'half-open 30'],
    ],
    [
      'closes at a good line then',
      ['0 bad', '0 bad', '0 bad', '30 tick', '31 good'],
      ['open 0', 'half-open 30', 'closed 31'],
    ],
    [
      'breaks again at one bad line then',
      ['0 bad', '0 bad', '0 bad', '30 bad', '59 tick', '60 tick'],
      ['open 0', 'half-open 30', 'open 30', 'half-open 60'],
    ],
    [
      'hears nothing while it is open',
      ['0 bad', '0 bad', '0 bad', '1 good', '2 bad', '3 tick'],
      ['open 0'],
    ],
    [
      'starts anew once it is closed',
      ['0 bad', '0 bad', '0 bad', '30 good', '31 bad', '32 bad', '33 good'],
      ['open 0', 'half-open 30', 'closed 30'],
    ],
  ])('%s', (_what, said, expected) => {
    expect(transitions(...said).map(({ to, atSeconds }) => `${to} ${atSeconds}`)).toEqual(expected);
  });

  test('says because of which lines', () => {
    const said = transitions('0 bad', '5 bad', '8 bad', '11 bad', '50 good');
    expect(said.map(({ because }) => because.map(({ ts }) => ts))).toEqual([
      [0, 5, 8],
      [0, 5, 8],
      [50],
    ]);
  });

  test('opens and closes as its definition says, whatever is logged', () => {
    const waits = fc.integer({ min: 0, max: 6 });
    const said = fc.array(fc.tuple(waits, fc.constantFrom('bad', 'good', 'tick')), {
      maxLength: 200,
    });
    check(
      fc.property(said, (steps) => {
        let now = 0;
        const lines = steps.map(([wait, msg]) => ({ at: (now += wait), msg }));
        const made = transitions(...lines.map(({ at, msg }) => `${at} ${msg}`));
        expect(made.map(({ to, atSeconds }) => `${to} ${atSeconds}`)).toEqual(byDefinition(lines));
      }),
    );
  });
});

/** The same from all that was said, with nothing forgotten: a line at a time, looking back. */
function byDefinition(lines: readonly { at: number; msg: string }[]): string[] {
  const made: string[] = [];
  let state = 'closed';
  let since = 0;
  let bad: number[] = [];
  const go = (to: string, at: number): void => {
    made.push(`${to} ${at}`);
    [state, since, bad] = [to, at, []];
  };
  for (const { at, msg } of lines) {
    if (state === 'open' && at - since >= options.halfOpenSeconds) go('half-open', at);
    if (state === 'half-open' && msg !== 'tick') go(msg === 'bad' ? 'open' : 'closed', at);
    else if (state === 'closed' && msg === 'bad') {
      bad.push(at);
      const close = bad.filter((other) => at - other <= options.withinSeconds);
      if (close.length >= options.threshold) go('open', at);
    }
  }
  return made;
}

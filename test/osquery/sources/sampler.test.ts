import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { Sampler, type Probe } from '../../../osquery/sources/sampler.ts';

/** Each look of the probe has the next of these answers. */
function sampled(answers: readonly (JsonObject | Error | undefined)[]) {
  const lines: JsonObject[] = [];
  const troubles: string[] = [];
  const asked: number[] = [];
  let seconds = 1_000;
  const left = [...answers];
  const probe: Probe = {
    name: 'probe',
    look(since) {
      asked.push(since);
      const answer = left.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const sampler = new Sampler({
    probes: [probe],
    everyMs: 1_000,
    nowMicros: () => seconds++ * 1e6,
    sink: (_, log) => void lines.push(log),
    onTrouble: (name, error) => void troubles.push(`${name}: ${error.message}`),
  });
  for (const _ of answers) sampler.look();
  return { lines, troubles, asked };
}

describe('the sampler', () => {
  test('gives each line the interval since the look before, without a gap', () => {
    const { lines, asked } = sampled([undefined, { a: 1 }, { a: 2 }]);
    expect(lines).toEqual([
      { interval: [1_000, 1_001], a: 1 },
      { interval: [1_001, 1_002], a: 2 },
    ]);
    expect(asked).toEqual([0, 1, 1]);
  });

  test('makes the interval longer where a probe had nothing to tell', () => {
    const { lines, asked } = sampled([undefined, undefined, { a: 1 }]);
    expect(lines).toEqual([{ interval: [1_000, 1_002], a: 1 }]);
    expect(asked).toEqual([0, 1, 2]);
  });

  test('says once that a probe cannot look, and asks it no more', () => {
    const { troubles, asked } = sampled([undefined, new Error('no such file'), { a: 1 }]);
    expect(troubles).toEqual(['probe: no such file']);
    expect(asked).toHaveLength(2);
  });
});

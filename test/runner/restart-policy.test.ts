import { describe, expect, test } from 'vitest';
import { Restarts, type RestartPolicy } from '../../runner/restart-policy.ts';

const policy = (given: Partial<RestartPolicy>): RestartPolicy => ({
  when: 'on-failure',
  limit: 4,
  delaySeconds: 1,
  maxDelaySeconds: 5,
  ...given,
});

/** What is decided about processes that each lived so long and failed. */
function delays(restarts: Restarts, lived: readonly number[]): (number | undefined)[] {
  return lived.map((seconds) => {
    const decision = restarts.decide(true, seconds);
    return decision.restart ? decision.delaySeconds : undefined;
  });
}

describe('a restart policy', () => {
  test('doubles the delay up to its bound, and ends at the limit', () => {
    expect(delays(new Restarts(policy({})), [0, 0, 0, 0, 0])).toEqual([1, 2, 4, 5, undefined]);
  });

  test('says the limit when it is met', () => {
    const restarts = new Restarts(policy({ limit: 1 }));
    restarts.decide(true, 0);
    expect(restarts.decide(true, 0)).toEqual({
      restart: false,
      why: 'restarted 1 times already, the limit',
    });
  });

  test('counts anew after a process that was well', () => {
    expect(delays(new Restarts(policy({ limit: 2 })), [0, 0, 61, 0, 0])).toEqual([
      1,
      2,
      1,
      2,
      undefined,
    ]);
  });

  test.each([
    ['never', true, false],
    ['never', false, false],
    ['on-failure', true, true],
    ['on-failure', false, false],
    ['always', true, true],
    ['always', false, true],
  ] as const)('with %s, after a failure: %s, restarts: %s', (when, failed, restart) => {
    expect(new Restarts(policy({ when })).decide(failed, 0).restart).toBe(restart);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SPAN_KIND } from '../../../spans/span.ts';
import { ParentAssigner } from '../../../spans/infer/assign.ts';
import type { Observed } from '../../../spans/infer/observed.ts';
import { shapes } from './call-shapes.ts';
import { simulate, type Simulated } from './call-simulator.ts';

/** Share of spans below the right parent, by shape and clients: measured, and may only rise. */
const golden = JSON.parse(
  readFileSync(new URL('fidelity.golden.json', import.meta.url), 'utf8'),
) as Record<string, number>;

function rightShare({ spans, parents }: Simulated): { right: number; confidence: number } {
  const links = new ParentAssigner().assign(spans);
  const right = links.filter(({ parent }, index) => parent === parents[index]).length;
  const confidence = links.reduce((sum, link) => sum + link.confidence, 0);
  return { right: right / spans.length, confidence: confidence / spans.length };
}

const cases = Object.entries(shapes).flatMap(([shape, system]) =>
  [1, 4, 16].map((clients) => ({ shape, clients, system })),
);

describe('parents without ids', () => {
  test.each(cases)(
    'of a $shape with $clients clients are as often right as they were, and about as sure as they are right',
    ({ shape, clients, system }) => {
      const simulated = simulate({ ...system, clients, requests: 200, seed: 7 });
      const { right, confidence } = rightShare(simulated);
      expect(right).toBeGreaterThanOrEqual(golden[`${shape}, ${clients} clients`] ?? 1);
      expect(Math.abs(confidence - right)).toBeLessThan(0.25);
    },
  );

  test.each(cases)(
    'of a $shape with $clients clients are all right where a request id is logged',
    ({ clients, system }) => {
      const simulated = simulate({ ...system, clients, requests: 200, seed: 8, joined: true });
      expect(rightShare(simulated).right).toBe(1);
    },
  );

  const span = (
    service: string,
    startMs: number,
    endMs: number,
    more: Partial<Observed> = {},
  ): Observed => ({
    service,
    instance: service,
    name: 'work',
    kind: SPAN_KIND.server,
    startSeconds: 1_795_363_200 + startMs / 1000,
    endSeconds: 1_795_363_200 + endMs / 1000,
    failed: false,
    joins: [],
    ...more,
  });
  const parentsOf = (spans: readonly Observed[]): (number | undefined)[] =>
    new ParentAssigner().assign(spans).map(({ parent }) => parent);

  test('of a single trace are its containers', () => {
    // front   ──────────────
    // middle    ──────────
    // back        ───  ──
    expect(
      parentsOf([
        span('back', 30, 50),
        span('middle', 10, 90),
        span('front', 0, 100),
        span('back', 60, 80),
      ]),
    ).toEqual([1, 2, undefined, 1]);
  });

  test('of a process go by the order of its lines where times are equal', () => {
    const within = { instance: 'one', kind: SPAN_KIND.internal };
    expect(
      parentsOf([
        span('one', 0, 0, { ...within, name: 'inner', order: { first: 2, last: 3 } }),
        span('one', 0, 0, { ...within, name: 'outer', order: { first: 1, last: 4 } }),
        span('one', 0, 0, { ...within, name: 'later', order: { first: 5, last: 6 } }),
      ]),
    ).toEqual([1, undefined, undefined]);
  });

  test('are none of whose values contradict', () => {
    const order = (value: string) => ({ joins: [{ name: 'order', value }] });
    expect(
      parentsOf([
        span('front', 0, 100, order('1')),
        span('front', 5, 95, order('2')),
        span('back', 50, 60, order('1')),
        span('back', 51, 61, order('2')),
        span('back', 52, 62, order('3')),
      ]),
    ).toEqual([undefined, undefined, 0, 1, undefined]);
  });

  test('that are known are kept', () => {
    const spans = [span('front', 0, 100), span('back', 20, 30)];
    expect(new ParentAssigner().assign(spans, new Map([[1, 0]]))[1]).toMatchObject({ parent: 0 });
  });

  test('are never below their own children, whatever the times', () => {
    const spans = Array.from({ length: 40 }, (_, index) => span(`s${index % 4}`, 0, 0));
    const links = new ParentAssigner().assign(spans);
    for (const first of links.keys()) {
      let at: number | undefined = first;
      for (let depth = 0; at !== undefined; depth++) {
        expect(depth).toBeLessThan(spans.length);
        at = links[at]?.parent;
      }
    }
  });
});

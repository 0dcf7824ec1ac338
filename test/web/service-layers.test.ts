import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serviceLayers } from '../../web/page/service-layers.ts';
import { check } from '../property.ts';

const NO_STATS = { calls: 1, errors: 0, p50: 0, p95: 0, p99: 0 };
const graph = (names: string, ...calls: string[]) => ({
  nodes: names.split(' ').map((name) => ({ name, isOutside: false, stats: NO_STATS })),
  edges: calls.map((call) => {
    const [from = '', to = ''] = call.split('>');
    return { from, to, stats: NO_STATS };
  }),
});
const layers = (...args: Parameters<typeof graph>) =>
  Object.fromEntries(
    serviceLayers(graph(...args)).services.map(({ name, layer }) => [name, layer]),
  );

describe('layers of services', () => {
  test('have callers before those they call, by the longest way', () => {
    expect(layers('a b c d', 'a>b', 'b>c', 'a>c', 'd>c')).toEqual({ a: 0, b: 1, c: 2, d: 0 });
  });

  test('cut a circle, and no layer is empty', () => {
    expect(layers('a b c', 'a>b', 'b>c', 'c>a', 'b>b')).toEqual({ a: 0, b: 1, c: 2 });
    expect(layers('x y', 'x>y', 'y>x')).toEqual({ x: 0, y: 1 });
  });

  test('put neighbours beside each other, so that lines cross less', () => {
    const { services } = serviceLayers(graph('a b c x y z', 'a>z', 'b>y', 'c>x'));
    const order = Object.fromEntries(services.map(({ name, order }) => [name, order]));
    expect([order['z'], order['y'], order['x']]).toEqual([order['a'], order['b'], order['c']]);
  });

  test('hold every service once, whoever calls whom', () => {
    const calls = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 40 });
    check(
      fc.property(calls, (calls) => {
        const names = Array.from({ length: 10 }, (_, at) => `s${at}`);
        const { services, layers, width } = serviceLayers(
          graph(names.join(' '), ...calls.map(([from, to]) => `s${from}>s${to}`)),
        );
        expect(services.map(({ name }) => name).sort()).toEqual(names);
        const places = new Set(services.map(({ layer, order }) => `${layer} ${order}`));
        expect(places.size).toBe(10);
        for (const { layer, order } of services) {
          expect(layer).toBeLessThan(layers);
          expect(order).toBeLessThan(width);
        }
        const used = new Set(services.map(({ layer }) => layer));
        expect(used.size).toBe(layers);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { ServiceMaps, type ServiceMap } from '../../web/services-api.ts';
import { rebuilt, micros, type Sketch } from '../export/rebuilt.ts';

const SERVER = 2;
const CLIENT = 3;
const FAILED = { code: 2 } as const;

const mapOf = async (sketches: readonly Sketch[], query = ''): Promise<ServiceMap> => {
  const store = new TraceStore(':memory:');
  store.add(sketches.map(rebuilt));
  return new ServiceMaps(store).answer(new URLSearchParams(query));
};
const calls = ({ edges }: ServiceMap) =>
  edges.map(({ from, to, stats }) => `${from} -> ${to} ${stats.calls}/${stats.errors}`);
const nodes = (map: ServiceMap) =>
  map.nodes.map(({ name, isOutside, stats }) => `${name}${isOutside ? '?' : ''} ${stats.calls}`);
const at = (address: string) => ({ attributes: { 'server.address': address, 'server.port': 80 } });

describe('the map of services', () => {
  // shop: GET ─┬─ client ── bank: POST
  //            └─ own work
  test('measures a call at the caller, and a service at what it was asked', async () => {
    const map = await mapOf([
      { trace: 1, span: 1, service: 'shop', kind: SERVER, long: 50 },
      { trace: 1, span: 2, parent: 1, service: 'shop', kind: CLIENT, long: 30, status: FAILED },
      { trace: 1, span: 3, parent: 2, service: 'bank', kind: SERVER, long: 20 },
      { trace: 1, span: 4, parent: 1, service: 'shop', long: 5 },
    ]);
    expect(calls(map)).toEqual(['shop -> bank 1/1']);
    expect(map.edges[0]?.stats.p50).toBe(30e6);
    expect(nodes(map)).toEqual(['bank 1', 'shop 1']);
    expect(map.nodes[0]?.stats).toEqual({ calls: 1, errors: 0, p50: 20e6, p95: 20e6, p99: 20e6 });
    expect(map.spans).toBe(4);
  });

  test('knows a callee that is down by its address, from calls that it answered', async () => {
    const map = await mapOf([
      { trace: 1, span: 1, service: 'shop', kind: CLIENT, ...at('bank.lan') },
      { trace: 1, span: 2, parent: 1, service: 'bank', kind: SERVER },
      { trace: 2, span: 1, service: 'shop', kind: CLIENT, status: FAILED, ...at('bank.lan') },
      { trace: 3, span: 1, service: 'shop', kind: CLIENT, ...at('else.lan') },
      { trace: 4, span: 1, service: 'shop', kind: CLIENT },
    ]);
    expect(calls(map)).toEqual(['shop -> bank 2/1', 'shop -> else.lan:80 1/0']);
    expect(nodes(map)).toEqual(['bank 1', 'else.lan:80? 1', 'shop 4']);
  });

  test('takes the callee where the caller has no span of the call, and calls of a service to itself', async () => {
    const map = await mapOf([
      { trace: 1, span: 1, service: 'a' },
      { trace: 1, span: 2, parent: 1, service: 'b', long: 7 },
      { trace: 1, span: 3, parent: 2, service: 'b', kind: CLIENT },
      { trace: 1, span: 4, parent: 3, service: 'b', kind: SERVER },
      { trace: 1, span: 5, parent: 99, service: 'c' },
    ]);
    expect(calls(map)).toEqual(['a -> b 1/0', 'b -> b 1/0']);
    expect(nodes(map)).toEqual(['a 1', 'b 2', 'c 1']);
  });

  test('leaves out what One Log says itself', async () => {
    const map = await mapOf([
      { trace: 1, span: 1, service: 'a' },
      { trace: 1, span: 2, parent: 1, service: 'system' },
    ]);
    expect([nodes(map), calls(map)]).toEqual([['a 1'], []]);
  });

  test('gives times that were measured', async () => {
    const sketches = Array.from({ length: 100 }, (_, at) => ({
      trace: 1,
      span: at,
      at,
      long: at + 1,
    }));
    const { nodes } = await mapOf(sketches);
    expect(nodes[0]?.stats).toMatchObject({ calls: 100, p50: 50e6, p95: 95e6, p99: 99e6 });
  });

  test('is of the time asked for', async () => {
    const sketches = Array.from({ length: 10 }, (_, at) => ({
      trace: at,
      span: 1,
      at: at * 1_000,
    }));
    expect((await mapOf(sketches)).spans).toBe(10);
    const { spans, fromMicros, isCut } = await mapOf(sketches, 'last=3.5');
    expect([spans, isCut]).toEqual([4, false]);
    expect(fromMicros).toBe(micros(6_000));
    const from = micros(2_000) / 1e6;
    expect((await mapOf(sketches, `from=${from}&to=${from + 2}`)).spans).toBe(3);
    expect((await mapOf([])).nodes).toEqual([]);
    await expect(mapOf([], 'last=x')).rejects.toThrow(/'last' should be a number/);
  });

  test('is read in slices, each span once', async () => {
    const sketches = Array.from({ length: 2_500 }, (_, span) => ({
      trace: span % 3,
      span,
      at: Math.floor(span / 100),
      service: span % 5 === 0 ? 'a' : 'b',
    }));
    const map = await mapOf(sketches);
    expect([map.spans, nodes(map)]).toEqual([2_500, ['a 500', 'b 2000']]);
  });
});

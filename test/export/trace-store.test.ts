import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { durationNanos, unixMicros } from '../../spans/nanos.ts';
import type { RebuiltSpan } from '../../spans/rebuild.ts';
import { serviceName } from '../../spans/service-name.ts';
import { micros, rebuilt, traceId } from './rebuilt.ts';
import { check } from '../property.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-log-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const everything = { errors: false, minMicros: 0, limit: 500 };

describe('a trace store', () => {
  test('gives back the spans and the exact text of their lines', () => {
    const store = new TraceStore(':memory:');
    const parent = rebuilt({ trace: 1, span: 1, seqs: [1, 4], at: 0, long: 20 });
    const child = rebuilt({ trace: 1, span: 2, parent: 1, service: 'pay', seqs: [0, 1], at: 5 });
    expect(store.add([child, parent])).toBe(2);
    expect(store.queries.spans(traceId(1))).toEqual([parent.span, child.span]);
    const lines = store.reader.lines(traceId(1), 0, 9);
    expect(lines.map(({ key, node, text }) => ({ key, node, text }))).toEqual([
      ...parent.entries.map((line) => ({ key: keyOf(line), node: 'shop', text: line.text })),
      ...child.entries.map((line) => ({ key: keyOf(line), node: 'pay', text: line.text })),
    ]);
    expect(store.queries.spans(traceId(2))).toEqual([]);
  });

  test('holds a resent span once, and a line of two spans once', () => {
    const store = new TraceStore(':memory:');
    const spans = [
      rebuilt({ trace: 1, span: 1, seqs: [1, 2] }),
      rebuilt({ trace: 1, span: 2, seqs: [2, 3] }),
    ];
    expect(store.add([...spans, ...spans])).toBe(2);
    const before = store.stats;
    expect(store.add(spans)).toBe(0);
    expect(store.stats).toEqual(before);
    expect(store.reader.lineKeys(traceId(1))).toHaveLength(3);
    expect(store.finder.find(everything).summaries[0]).toMatchObject({ spans: 2 });
  });

  test('knows a span by trace and span id', () => {
    const store = new TraceStore(':memory:');
    expect(store.add([rebuilt({ trace: 1, span: 7 }), rebuilt({ trace: 2, span: 7 })])).toBe(2);
    expect(store.stats).toMatchObject({ traces: 2, spans: 2 });
  });

  test('keeps the lines of a raw file under their file and line', () => {
    const store = new TraceStore(':memory:');
    store.add([rebuilt({ trace: 1, span: 1, lines: [{ file: 'shop.log', line: 17 }] })]);
    expect(store.reader.lineKeys(traceId(1))).toEqual(['shop.log:17']);
  });

  test('is the same after it was closed and opened, and only its owner may read it', () => {
    const path = join(folder, 'traces.db');
    const first = new TraceStore(path);
    first.add([rebuilt({ trace: 1, span: 1 }), rebuilt({ trace: 2, span: 1, at: 50 })]);
    const { stats } = first;
    first.close();
    const second = new TraceStore(path);
    expect(second.stats).toEqual(stats);
    expect(second.finder.find(everything).summaries.map((trace) => trace.traceId)).toEqual([
      traceId(2),
      traceId(1),
    ]);
    expect(statSync(path).mode & 0o077).toBe(0);
    second.close();
  });

  test('refuses a file that is no trace store, naming it and what to do', () => {
    const path = join(folder, 'notes.txt');
    writeFileSync(
      path,
      'these are notes, not a database, and they are long enough to be read as one',
    );
    expect(() => new TraceStore(path)).toThrow(/notes\.txt cannot be used: .*move it away/);
    expect(readFileSync(path, 'utf8')).toMatch(/^these are notes/);
  });

  test('lets the traces fall out first that were not heard of for longest, whole, and counts them', () => {
    const store = new TraceStore(':memory:', { maxAgeSeconds: 60 });
    store.add([
      rebuilt({ trace: 1, span: 1, at: 0 }),
      rebuilt({ trace: 1, span: 2, parent: 1, at: 1 }),
      rebuilt({ trace: 2, span: 1, at: 2, name: 'stays' }),
    ]);
    store.add([rebuilt({ trace: 2, span: 2, parent: 1, at: 59_000 })]);
    store.add([rebuilt({ trace: 3, span: 1, at: 62_000, service: 'pay' })]);
    expect(store.stats).toMatchObject({
      traces: 2,
      spans: 3,
      evicted: { age: { traces: 1, spans: 2 }, size: { traces: 0, spans: 0 } },
    });
    expect(store.queries.spans(traceId(1))).toEqual([]);
    expect(store.queries.operations('shop').map(({ name }) => name)).toEqual(['op 2', 'stays']);
  });

  test('does not take a line from the future for now', () => {
    const store = new TraceStore(':memory:', { maxAgeSeconds: 7200 });
    const day = 24 * 3600 * 1000;
    store.add([rebuilt({ trace: 1, span: 1 }), rebuilt({ trace: 2, span: 1, at: 365 * day })]);
    expect(store.stats.traces).toBe(2);
  });

  test('stays within its bytes, in its count and on the disk', () => {
    const path = join(folder, 'traces.db');
    const maxBytes = 1_000_000;
    const store = new TraceStore(path, { maxBytes });
    const attributes = { filler: 'x'.repeat(2_000) };
    for (let trace = 0; trace < 2_000; trace += 50) {
      const batch = Array.from({ length: 50 }, (_, at) =>
        rebuilt({ trace: trace + at, span: 1, at: trace + at, attributes }),
      );
      store.add(batch);
      expect(store.stats.bytes).toBeLessThanOrEqual(maxBytes);
    }
    const { traces, evicted } = store.stats;
    expect(traces + evicted.size.traces).toBe(2_000);
    expect(store.finder.find({ ...everything, limit: 1 }).summaries[0]?.traceId).toBe(
      traceId(1_999),
    );
    store.close();
    expect(statSync(path).size).toBeLessThan(2 * maxBytes);
  });

  test('says of each trace what the list shows, of its root once that is known', () => {
    const store = new TraceStore(':memory:');
    const warnings = [{ kind: 'missing-end', message: 'no end' }];
    store.add([
      rebuilt({ trace: 1, span: 2, parent: 1, service: 'pay', at: 3, long: 90, warnings }),
    ]);
    expect(store.finder.find(everything).summaries[0]).toMatchObject({
      service: 'pay',
      name: 'op 2',
    });
    store.add([
      rebuilt({ trace: 1, span: 1, at: 4, long: 50, status: { code: 2, message: 'no' } }),
      rebuilt({ trace: 1, span: 3, at: 5, long: -1 }),
    ]);
    expect(store.finder.find(everything).summaries).toEqual([
      {
        traceId: traceId(1),
        service: 'shop',
        name: 'op 1',
        startMicros: micros(3),
        durationMicros: 90_000,
        spans: 3,
        errors: 1,
        warned: 1,
        services: [
          { name: 'shop', spans: 2 },
          { name: 'pay', spans: 1 },
        ],
      },
    ]);
  });

  test('counts calls between services in the time asked for, wherever the parent came', () => {
    const store = new TraceStore(':memory:');
    store.add([
      rebuilt({ trace: 1, span: 2, parent: 1, service: 'pay', at: 1, long: 2 }),
      rebuilt({ trace: 1, span: 3, parent: 1, service: 'pay', at: 4, long: 2 }),
      rebuilt({ trace: 1, span: 4, parent: 9, service: 'mail', at: 4, long: 2 }),
    ]);
    store.add([
      rebuilt({ trace: 1, span: 1 }),
      rebuilt({ trace: 1, span: 5, parent: 1, at: 1, long: 1 }),
    ]);
    store.add([
      rebuilt({ trace: 2, span: 1, parent: 2, at: 90 }),
      rebuilt({ trace: 2, span: 2, at: 90 }),
    ]);
    expect(store.queries.dependencies(micros(-1), micros(50))).toEqual([
      { parent: 'shop', child: 'pay', callCount: 2 },
      { parent: 'shop', child: 'shop', callCount: 1 },
    ]);
  });

  test('keeps what it held when a batch fails', () => {
    const store = new TraceStore(':memory:');
    store.add([rebuilt({ trace: 1, span: 1 })]);
    const before = store.stats;
    const bad = rebuilt({ trace: 2, span: 1, startTimeUnixNano: 'soon' });
    expect(() => store.add([rebuilt({ trace: 3, span: 1 }), bad])).toThrow(/soon/);
    expect(store.stats).toEqual(before);
    expect(store.add([rebuilt({ trace: 3, span: 1 })])).toBe(1);
  });

  test('finds what a look through all spans finds, however the batches fell', () => {
    const spans = fc.array(
      fc.record({
        trace: fc.nat(5),
        span: fc.nat(20),
        service: fc.constantFrom('shop', 'pay'),
        name: fc.constantFrom('get', 'put'),
        at: fc.nat(50),
        long: fc.integer({ min: -3, max: 30 }),
        attributes: fc.constantFrom({}, { user: 'ann' }, { user: 'bob', n: 5 }),
      }),
      { maxLength: 40 },
    );
    const query = fc.record({
      operation: fc.option(fc.constantFrom('get', 'put')),
      tags: fc.constantFrom<Asked['tags']>(
        [],
        [['user', 'ann']],
        [['n', '5']],
        [['resource.service.name', 'shop']],
      ),
      from: fc.nat(40),
      min: fc.nat(20),
    });
    check(
      fc.property(spans, query, fc.integer({ min: 1, max: 9 }), (sketches, asked, batch) => {
        const store = new TraceStore(':memory:');
        const all = sketches.map((sketch) => rebuilt(sketch));
        for (let at = 0; at < all.length; at += batch) store.add(all.slice(at, at + batch));
        const found = store.queries.find({
          service: 'shop',
          ...(asked.operation === null ? {} : { operation: asked.operation }),
          tags: new Map(asked.tags),
          startMicros: micros(asked.from),
          endMicros: micros(100),
          minNanos: BigInt(asked.min) * 1_000_000n,
          limit: 100,
        });
        const held = [
          ...new Map(
            all.toReversed().map((one) => [one.span.traceId + one.span.spanId, one]),
          ).values(),
        ];
        const fitting = held.filter((one) => fits(one, asked));
        expect(new Set(found)).toEqual(new Set(fitting.map(({ span }) => span.traceId)));
        expect(new Set(found).size).toBe(found.length);
        store.close();
      }),
      60,
    );
  });
});

interface Asked {
  readonly operation: string | null;
  readonly tags: readonly (readonly [string, string])[];
  readonly from: number;
  readonly min: number;
}

function fits({ span }: RebuiltSpan, { operation, tags, from, min }: Asked): boolean {
  return (
    serviceName(span) === 'shop' &&
    (operation === null || span.name === operation) &&
    unixMicros(span.startTimeUnixNano) >= micros(from) &&
    durationNanos(span) >= BigInt(min) * 1_000_000n &&
    tags.every(
      ([key, value]) => key.startsWith('resource.') || String(span.attributes[key]) === value,
    )
  );
}

const keyOf = ({ instance, seq }: { instance: string; seq: number }): string =>
  `${instance}#${seq}`;

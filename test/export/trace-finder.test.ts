import { describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { micros, rebuilt, traceId } from './rebuilt.ts';

const everything = { errors: false, minMicros: 0, limit: 500 };

function storeOf(...sketches: Parameters<typeof rebuilt>[0][]): TraceStore {
  const store = new TraceStore(':memory:');
  store.add(sketches.map(rebuilt));
  return store;
}

describe('the list of traces', () => {
  test.each([
    [{ service: 'pay' }, [2]],
    [{ service: 'shop', operation: 'op 2' }, []],
    [{ operation: 'op 2' }, [2]],
    [{ text: 'SECRET%' }, [1]],
    [{ text: 'secret' }, [3, 1]],
    [{ text: 'Line 2002 of' }, [2]],
    [{ text: 'line_2002' }, []],
    [{ errors: true }, [3]],
    [{ minMicros: 20_000 }, [2]],
    [{ maxMicros: 10_000 }, [3, 1]],
    [{ fromMicros: micros(2) }, [3, 2]],
    [{ toMicros: micros(2) }, [2, 1]],
    [{ fromMicros: micros(1.5), toMicros: micros(3) }, [2]],
    [{ limit: 1 }, [3]],
  ])('is narrowed by %j', (filter, expected) => {
    const { finder } = storeOf(
      { trace: 1, span: 1, at: 1, attributes: { note: 'a Secret% one' } },
      { trace: 2, span: 1, at: 2, long: 30 },
      { trace: 2, span: 2, parent: 1, service: 'pay', at: 3 },
      { trace: 3, span: 1, at: 4, name: 'secret', status: { code: 2 } },
    );
    const { summaries } = finder.find({ ...everything, ...filter });
    expect(summaries.map((trace) => trace.traceId)).toEqual(expected.map(traceId));
  });

  test('has a point for each trace that fits, also for those the list has no room for', () => {
    const { finder } = storeOf({ trace: 1, span: 1 }, { trace: 2, span: 1, at: 5, long: 7 });
    const { points, searched } = finder.find({ ...everything, limit: 1 });
    expect(points).toEqual([
      expect.objectContaining({
        traceId: traceId(2),
        startMicros: micros(5),
        durationMicros: 7000,
      }),
      expect.objectContaining({ traceId: traceId(1), service: 'shop', name: 'op 1', errors: 0 }),
    ]);
    expect(searched).toBe(2);
  });

  test('knows when the newest trace starts', () => {
    expect(storeOf().finder.newestMicros()).toBeUndefined();
    const { finder } = storeOf({ trace: 1, span: 1, at: 5 }, { trace: 2, span: 1, at: 2 });
    expect(finder.newestMicros()).toBe(micros(5));
  });
});

describe('a trace id that is not there', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const other = '00f067aa0ba902b700f067aa0ba902b7';
  const store = new TraceStore(':memory:');
  for (const [at, held] of [id, other].entries()) {
    const { span, entries } = rebuilt({ trace: at, span: 1 });
    store.add([{ span: { ...span, traceId: held }, entries }]);
  }
  const nearest = (text: string) => store.finder.nearest(text).map((trace) => trace.traceId);

  test.each([
    ['cut off', id.slice(0, 8)],
    ['without its beginning', id.slice(16)],
    ['mistyped in the middle', id.replace('77b3', '77e3')],
    ['with a letter too many', `${id.slice(0, 9)}5${id.slice(9)}`],
    ['with a letter too few', id.slice(0, 9) + id.slice(10)],
    ['in upper case', id.toUpperCase()],
  ])('suggests the one that was %s', (_, text) => {
    expect(nearest(text)).toEqual([id]);
  });

  test('suggests none where none is like it', () => {
    expect(nearest('ffffffffffffffffffffffffffffffff')).toEqual([]);
  });
});

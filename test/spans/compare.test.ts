import { describe, expect, test } from 'vitest';
import { compareSpans } from '../../spans/compare.ts';
import { jaegerTrace } from '../../spans/jaeger.ts';
import { readSpans } from '../../spans/read-spans.ts';
import { SPAN_KIND, STATUS, type Span } from '../../spans/span.ts';
import { spanId, traceId } from './scripted-log.ts';

const T = 1_795_363_200_000n;

/** `span(trace, id, name, startMs, endMs, parent?)` */
const span = (
  trace: number,
  id: number,
  name: string,
  startMs: number,
  endMs: number,
  parent?: number,
): Span => ({
  traceId: traceId(trace),
  spanId: spanId(id),
  ...(parent !== undefined && { parentSpanId: spanId(parent) }),
  name,
  kind: SPAN_KIND.internal,
  startTimeUnixNano: `${(T + BigInt(startMs)) * 1_000_000n}`,
  endTimeUnixNano: `${(T + BigInt(endMs)) * 1_000_000n}`,
  status: { code: STATUS.unset },
  attributes: {},
  events: [],
  links: [],
  resource: { 'service.name': 'shop' },
  lines: [],
  warnings: [],
});

const truth = [
  span(1, 1, 'request', 0, 100),
  span(1, 2, 'checkout', 10, 90, 1),
  span(1, 3, 'payment', 20, 80, 2),
  span(2, 4, 'request', 200, 300),
];
/** The same spans under other ids. */
const withOtherIds = (spans: readonly Span[]): Span[] =>
  spans.map((one) => ({
    ...one,
    traceId: one.traceId.replace('a', 'c'),
    spanId: one.spanId.replace('b', 'd'),
    ...(one.parentSpanId !== undefined && { parentSpanId: one.parentSpanId.replace('b', 'd') }),
  }));

describe('a comparison', () => {
  test.each([
    ['with themselves', truth, 'ids'],
    ['with the same under other ids', withOtherIds(truth), 'shape'],
    ['in another order', truth.toReversed(), 'ids'],
  ] as const)('of spans %s finds them equal', (_, rebuilt, by) => {
    expect(compareSpans(truth, rebuilt)).toMatchObject({
      equal: true,
      by,
      spans: { matched: 4, precision: 1, recall: 1 },
      parents: { right: 2, precision: 1, recall: 1, nearestRight: 1 },
      traces: { true: 2, right: 2 },
      startErrorMicros: { max: 0 },
    });
  });

  test('says what was lost, and whether the others hang on their nearest ancestor', () => {
    const rebuilt = [truth[0], span(1, 3, 'payment', 20, 80, 1), truth[3]].filter(
      (one) => one !== undefined,
    );
    expect(compareSpans(truth, rebuilt)).toMatchObject({
      equal: false,
      spans: { matched: 3, precision: 1, recall: 0.75 },
      parents: { true: 2, rebuilt: 1, right: 0, precision: 0, nearestRight: 1 },
      traces: { right: 1, rightOfFound: 2 },
      lost: { count: 1, examples: [{ name: 'checkout' }] },
      misplaced: { count: 0 },
    });
  });

  test('says what was invented, misplaced, renamed and shifted', () => {
    const rebuilt = [
      span(1, 1, 'request', 0, 101),
      span(1, 2, 'buy', 10, 90, 1),
      span(1, 3, 'payment', 22, 80, 1),
      span(2, 4, 'request', 200, 300),
      span(2, 9, 'ghost', 200, 300, 4),
    ];
    expect(compareSpans(truth, rebuilt)).toMatchObject({
      equal: false,
      spans: { precision: 0.8, recall: 1 },
      parents: { right: 1, precision: 1 / 3, recall: 0.5, nearestRight: 0.75 },
      traces: { right: 0 },
      differing: { name: 1, kind: 0 },
      startErrorMicros: { median: 0, max: 2000 },
      endErrorMicros: { max: 1000 },
      invented: { count: 1, examples: [{ name: 'ghost' }] },
      misplaced: { count: 1, examples: [{ name: 'payment' }] },
    });
  });

  test('by shape tells spans of equal times apart by what they belong to', () => {
    const twins = [
      span(1, 1, 'request', 0, 100),
      span(2, 2, 'request', 0, 100),
      span(1, 3, 'ann', 10, 20, 1),
      span(2, 4, 'bob', 10, 20, 2),
    ];
    const swapped = withOtherIds(
      [twins[1], twins[0], twins[3], twins[2]].filter((one) => one !== undefined),
    );
    expect(compareSpans(twins, swapped, 'shape')).toMatchObject({ equal: true });
  });

  test('by shape matches each span once, and none with one of another time', () => {
    const rebuilt = withOtherIds([
      span(1, 1, 'request', 0, 100),
      span(1, 2, 'request', 5_000, 5_100),
    ]);
    expect(compareSpans(truth.slice(0, 1), rebuilt, 'shape')).toMatchObject({
      spans: { matched: 1 },
      lost: { count: 0 },
      invented: { count: 1 },
    });
  });
});

describe('spans are read', () => {
  const attribute = (key: string, value: object): object => ({ key, value });
  const otlp = (spans: readonly Span[]): string =>
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [attribute('service.name', { stringValue: 'shop' })] },
          scopeSpans: [
            {
              spans: spans.map(
                ({ resource: _, attributes: __, status: ___, traceId: trace, ...rest }) => ({
                  ...rest,
                  traceId: trace.toUpperCase(),
                }),
              ),
            },
          ],
        },
      ],
    });

  test.each([
    ['NDJSON', truth.map((one) => JSON.stringify(one)).join('\n')],
    ['OTLP JSON', otlp(truth)],
    ['OTLP JSON, one document a line', `${otlp(truth.slice(0, 2))}\n${otlp(truth.slice(2))}\n`],
    [
      "Jaeger's JSON",
      JSON.stringify({ data: [jaegerTrace(truth.slice(0, 3)), jaegerTrace(truth.slice(3))] }),
    ],
  ])('from %s', (_, text) => {
    expect(readSpans(text)).toEqual(truth);
  });

  test('from OTLP JSON with all kinds of values', () => {
    const values = [
      attribute('text', { stringValue: 'a' }),
      attribute('yes', { boolValue: true }),
      attribute('int', { intValue: '42' }),
      attribute('huge', { intValue: '9223372036854775807' }),
      attribute('real', { doubleValue: 1.5 }),
      attribute('list', { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'b' }] } }),
      attribute('map', { kvlistValue: { values: [attribute('inner', { stringValue: 'c' })] } }),
      attribute('none', {}),
    ];
    const document = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: traceId(1),
                  spanId: spanId(1),
                  parentSpanId: '',
                  name: 'GET',
                  kind: 'SPAN_KIND_SERVER',
                  startTimeUnixNano: '1',
                  endTimeUnixNano: 2,
                  status: { code: 'STATUS_CODE_ERROR', message: 'no' },
                  attributes: values,
                },
              ],
            },
          ],
        },
      ],
    };
    expect(readSpans(JSON.stringify(document))).toMatchObject([
      {
        kind: SPAN_KIND.server,
        endTimeUnixNano: '2',
        status: { code: STATUS.error, message: 'no' },
        attributes: {
          text: 'a',
          yes: true,
          int: 42,
          huge: '9223372036854775807',
          real: 1.5,
          list: [1, 'b'],
          map: { inner: 'c' },
          none: null,
        },
      },
    ]);
  });

  test.each([
    ['{"traceId":"1","spanId":"2","name":"x"}', 'expected nanoseconds as startTimeUnixNano'],
    ['{"a":1}', 'an object with a'],
    ['{"resourceSpans":[]}\nno json', 'line 2'],
    ['{"data":[{"spans":[{"spanID":"1"}]}]}', 'traceID'],
    ['7', 'but got 7'],
  ])('not from %s', (text, why) => {
    expect(() => readSpans(text)).toThrow(why);
  });
});

import { expect, test } from 'vitest';
import {
  chosenTraces,
  parseChoice,
  type TraceChoice,
} from '../../../runner/traces/trace-choice.ts';
import { STATUS, type Span } from '../../../spans/span.ts';
import { shapedTrace } from '../../spans/flame/shaped-trace.ts';

const [FAST, SLOW, FAILED] = ['4bf92f35', '4bf93a00', 'c0ffee00'].map((id) => id.repeat(4));

/** One after the other from 2026-11-22T16:00:00Z on, a minute apart. */
const TRACES = new Map<string, readonly Span[]>(
  [
    shapedTrace([['shop:GET /pets', undefined, 0, 10]], { traceId: FAST ?? '' }),
    shapedTrace(
      [
        ['shop:PUT /basket', undefined, 60_000, 60_500],
        ['bank:POST /payments', 'shop:PUT /basket', 60_100, 60_400],
      ],
      { traceId: SLOW ?? '' },
    ),
    shapedTrace([['bank:POST /payments', undefined, 120_000, 120_020]], {
      traceId: FAILED ?? '',
    }).map((span) => ({ ...span, status: { code: STATUS.error } })),
  ].map((spans) => [spans[0]?.traceId ?? '', spans]),
);

const idsOf = (choice: TraceChoice): (string | undefined)[] =>
  chosenTraces(TRACES, choice).map(([span]) => span?.traceId);

test.each<[TraceChoice, (string | undefined)[]]>([
  [{}, [FAST, SLOW, FAILED]],
  [{ service: 'bank' }, [SLOW, FAILED]],
  [{ operation: 'POST /payments' }, [SLOW, FAILED]],
  [{ service: 'bank', errors: true }, [FAILED]],
  [{ slowerThan: 15 }, [SLOW, FAILED]],
  [{ from: '1m' }, [FAILED]],
  [{ from: '2026-11-22T16:00:30Z', to: '2026-11-22T16:01:30Z' }, [SLOW]],
  [{ trace: 'c0ff' }, [FAILED]],
  [{ trace: '4BF93' }, [SLOW]],
])('%j chooses the traces that are so', (choice, expected) => {
  expect(idsOf(choice)).toEqual(expected);
});

test.each<[TraceChoice, RegExp]>([
  [{ service: 'bnak' }, /no span is of service bnak; did you mean "bank"/],
  [
    { service: 'bank', operation: 'GET /pets' },
    /no span is named GET \/pets; known here: POST \/payments/,
  ],
  [{ service: 'shop', errors: true }, /none of 3 traces is service shop, with errors/],
  [{ from: '2025-01-01', to: '2025-01-02' }, /none of 3 traces is from 2025-01-01/],
  [{ trace: '4bf9' }, /2 trace ids begin with 4bf9.*\n {2}4bf92f35.*shop: GET/],
  [{ trace: '4bf93b' }, /no trace has the id 4bf93b; the nearest of 3\n {2}4bf93a00/],
  [{ trace: 'c0ffee01'.repeat(4) }, /the nearest of 3\n {2}c0ffee00/],
  [{ from: '1m', to: '2m' }, /2m is not after 1m/],
  [{ from: 'soon' }, /expected a time/],
])('%j says what there is instead', (choice, message) => {
  expect(() => idsOf(choice)).toThrow(message);
});

test('words choose as options do', () => {
  expect(
    parseChoice('service=shop  operation="PUT /basket" errors slower-than=1.5s from=09:00'),
  ).toEqual({
    service: 'shop',
    operation: 'PUT /basket',
    errors: true,
    slowerThan: 1_500,
    from: '09:00',
  });
  expect(() => parseChoice('service=shop colour=red')).toThrow(/expected trace=.*not "colour=red"/);
  expect(() => parseChoice('slower-than=much')).toThrow(/expected a time such as 100ms/);
});

import { expect, test } from 'vitest';
import { otlpRequest } from '../../spans/otlp.ts';
import type { Span } from '../../spans/span.ts';

const span: Span = {
  traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
  spanId: '051581bf3cb55c13',
  parentSpanId: '151581bf3cb55c13',
  name: 'GET /a',
  kind: 2,
  startTimeUnixNano: '1795422244679000500',
  endTimeUnixNano: '1795422244689001900',
  status: { code: 2, message: 'broken' },
  attributes: {
    text: 'x',
    whole: 42,
    large: 2 ** 60,
    half: 1.5,
    yes: true,
    nothing: null,
    list: ['p', 3],
    object: { q: 'r' },
  },
  events: [{ timeUnixNano: '1795422244681000500', name: 'e', attributes: { n: 1 } }],
  links: [
    {
      traceId: '0102030405060708090a0b0c0d0e0f10',
      spanId: '0102030405060708',
      attributes: { la: 'lb' },
    },
  ],
  resource: { 'service.name': 'shop' },
  lines: [
    { instance: 'shop@lab/1.2', seq: 3 },
    { file: 'shop.log', line: 4 },
  ],
  warnings: [{ kind: 'missing-end', message: 'no end' }],
};

test('a span in OTLP JSON is as the specification encodes it', () => {
  expect(otlpRequest([span])).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            scope: { name: 'one-log' },
            spans: [
              {
                traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
                spanId: '051581bf3cb55c13',
                parentSpanId: '151581bf3cb55c13',
                name: 'GET /a',
                kind: 2,
                startTimeUnixNano: '1795422244679000500',
                endTimeUnixNano: '1795422244689001900',
                attributes: [
                  { key: 'text', value: { stringValue: 'x' } },
                  { key: 'whole', value: { intValue: '42' } },
                  { key: 'large', value: { doubleValue: 2 ** 60 } },
                  { key: 'half', value: { doubleValue: 1.5 } },
                  { key: 'yes', value: { boolValue: true } },
                  { key: 'nothing', value: {} },
                  {
                    key: 'list',
                    value: { arrayValue: { values: [{ stringValue: 'p' }, { intValue: '3' }] } },
                  },
                  {
                    key: 'object',
                    value: { kvlistValue: { values: [{ key: 'q', value: { stringValue: 'r' } }] } },
                  },
                  {
                    key: 'one_log.lines',
                    value: {
                      arrayValue: {
                        values: [{ stringValue: 'shop@lab/1.2#3' }, { stringValue: 'shop.log:4' }],
                      },
                    },
                  },
                  {
                    key: '@jaeger@warnings',
                    value: { arrayValue: { values: [{ stringValue: 'missing-end: no end' }] } },
                  },
                ],
                events: [
                  {
                    timeUnixNano: '1795422244681000500',
                    name: 'e',
                    attributes: [{ key: 'n', value: { intValue: '1' } }],
                  },
                ],
                links: [
                  {
                    traceId: '0102030405060708090a0b0c0d0e0f10',
                    spanId: '0102030405060708',
                    attributes: [{ key: 'la', value: { stringValue: 'lb' } }],
                  },
                ],
                status: { code: 2, message: 'broken' },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('spans of one resource come together, in their order', () => {
  const pay = { ...span, resource: { 'service.name': 'pay' } };
  const { resourceSpans } = otlpRequest([span, pay, { ...span, name: 'second' }]);
  expect(resourceSpans.map(({ scopeSpans: [{ spans }] }) => spans.map(({ name }) => name))).toEqual(
    [['GET /a', 'second'], ['GET /a']],
  );
});

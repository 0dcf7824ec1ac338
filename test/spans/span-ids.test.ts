import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSpanId, isTraceId } from '../../spans/boundary.ts';
import { idWords } from '../../spans/span-ids.ts';
import { check } from '../property.ts';

const HEX = '0123456789abcdef';
/** Mostly hex, and what is next to hex digits among the characters. */
const character = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...HEX) },
  { weight: 1, arbitrary: fc.constantFrom(...'/:`gAFG@\u0000°Ű\u0130\uff11') },
);
const text = (length: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: character, minLength: length, maxLength: length }),
    fc.string({ unit: character, maxLength: 40 }),
    fc.constant('0'.repeat(length)),
  );

test('two ids are words if both are valid, and those of their digits', () => {
  check(
    fc.property(text(32), text(16), (traceId, spanId) => {
      const digits = idWords(traceId, spanId)?.reduce(
        (hex, word) => hex + (word >>> 0).toString(16).padStart(8, '0'),
        '',
      );
      const isValid = isTraceId(traceId) && isSpanId(spanId);
      expect(digits).toBe(isValid ? traceId + spanId : undefined);
    }),
    1_000,
  );
});

test('what is no text is no id', () => {
  expect(idWords(1, '1'.repeat(16))).toBeUndefined();
  expect(idWords('1'.repeat(32), undefined)).toBeUndefined();
});

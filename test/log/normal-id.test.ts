import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isId, normalId } from '../../log/normal-id.ts';
import { check } from '../property.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('an id in its normal form', () => {
  test('is what was written, if that is OTLP’s form', () => {
    expect(normalId(TRACE, 32)).toEqual({ id: TRACE });
    expect(normalId('00f067aa0ba902b7', 16)).toEqual({ id: '00f067aa0ba902b7' });
  });

  test.each([
    [TRACE.toUpperCase(), 32, TRACE],
    ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', 32, TRACE],
    ['a3ce929d0e0e4736', 32, '0000000000000000a3ce929d0e0e4736'],
    ['f067aa0ba902b7', 16, '00f067aa0ba902b7'],
    ['0xf067aa0ba902b7', 16, '00f067aa0ba902b7'],
    ['projects/shop/traces/4bf92f3577b34da6a3ce929d0e0e4736', 32, TRACE],
    ['1-5759e988-bd862e3fe1be46a994272793', 32, '5759e988bd862e3fe1be46a994272793'],
    ['11803532876627986230', 16, 'a3ce929d0e0e4736'],
    ['11803532876627986230', 32, '0000000000000000a3ce929d0e0e4736'],
  ] as const)('%s in %d digits is %s, and the original is kept', (written, digits, id) => {
    expect(normalId(written, digits)).toEqual({ id, original: written });
  });

  test('digits alone are decimal only where that is known or they are too many for a span', () => {
    expect(normalId('1234567890', 16)?.id).toBe('0000001234567890');
    expect(normalId('1234567890', 16, true)?.id).toBe('00000000499602d2');
  });

  test.each([
    '',
    ' ',
    '-',
    '0',
    '0000000000000000',
    'null',
    'None',
    'N/A',
    '%X{traceId}',
    'x'.repeat(257),
  ])('%j is none', (written) => {
    expect(normalId(written, 32)).toBeUndefined();
    expect(isId(written)).toBe(false);
  });

  test('is always of OTLP’s form, and of its own normal form', () => {
    check(
      fc.property(
        fc.string({ maxLength: 80 }),
        fc.constantFrom(16 as const, 32 as const),
        (written, digits) => {
          const normal = normalId(written, digits);
          if (normal === undefined) return;
          expect(normal.id).toMatch(digits === 32 ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{16}$/);
          expect(normalId(normal.id, digits)).toEqual({ id: normal.id });
        },
      ),
    );
  });

  test('tells ids of a foreign alphabet apart', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => normalId(`req_${n}`, 16)?.id);
    expect(new Set(ids).size).toBe(1_000);
  });
});

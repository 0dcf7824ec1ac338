import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasLuhnDigit, maskedBody, maskedNumber, maskedText } from '../../instrumentation/mask.ts';

/** Card numbers of any scheme: 12 to 19 digits, the last one right. */
const cardNumber = fc
  .array(fc.nat({ max: 9 }), { minLength: 11, maxLength: 18 })
  .map((digits) => digits.join(''))
  .map((body) => body + '0123456789'.split('').find((check) => hasLuhnDigit(body + check)));

describe('the check digit of a card number', () => {
  test.each(['4111111111111111', '5555555555554444', '378282246310005', '6011111111111117'])(
    'is right in %s',
    (number) => expect(hasLuhnDigit(number)).toBe(true),
  );

  test('is right for exactly one of ten', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{11,18}$/), (body) => {
        const right = '0123456789'.split('').filter((check) => hasLuhnDigit(body + check));
        expect(right).toHaveLength(1);
      }),
    );
  });
});

describe('masking', () => {
  test('keeps the last four digits of a card number', () => {
    expect(maskedNumber('4111 1111 1111 1111')).toBe('************1111');
    expect(maskedNumber('411')).toBe('***');
  });

  test('finds a card number in any text, and leaves other numbers', () => {
    expect(maskedText('/users/4111-1111-1111-1111?x=4111%201111%201111%201111')).toBe(
      '/users/************1111?x=************1111',
    );
    expect(maskedText('order 1795363200123456 of 2026-11-23')).toBe(
      'order 1795363200123456 of 2026-11-23',
    );
  });

  test('hides everything of a card but its last four digits and its expiry', () => {
    const card = { number: '4111111111111111', expiry: '12/30', cvc: '987', holder: 'Ada' };
    expect(maskedBody({ card })).toEqual({
      card: { number: '************1111', expiry: '12/30', cvc: '***', holder: '***' },
    });
    expect(maskedBody({ card: '4111111111111111', Password: 'x', a: [{ CVC: 1 }] })).toEqual({
      card: '************1111',
      Password: '***',
      a: [{ CVC: '***' }],
    });
  });

  test('leaves what is no secret as it came', () => {
    const body = { name: 'Rex', species: 'Dog', price: 4200, tags: [null, true] };
    expect(maskedBody(body)).toEqual(body);
  });

  test('leaves no card number in any body, wherever it stands', () => {
    fc.assert(
      fc.property(cardNumber, fc.jsonValue(), fc.string(), (number, value, key) => {
        const body = [value, { [number]: value, [key]: number }, Number(number), `a ${number} b`];
        expect(JSON.stringify(maskedBody(body))).not.toContain(number);
      }),
    );
  });

  test('survives a body that nests deeply', () => {
    const depth = 10_000;
    expect(() => maskedBody(JSON.parse('['.repeat(depth) + ']'.repeat(depth)))).not.toThrow();
  });
});

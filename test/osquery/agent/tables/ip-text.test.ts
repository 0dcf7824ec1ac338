import { endianness } from 'node:os';
import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressText } from '../../../../osquery/agent/tables/ip-text.ts';
import { check } from '../../../property.ts';

/** As /proc/net has it: words of 32 bits in the machine's order. */
const asInProc = (bytes: readonly number[]): string =>
  Array.from({ length: bytes.length / 4 }, (_, word) => {
    const four = bytes.slice(word * 4, word * 4 + 4);
    const inOrder = endianness() === 'LE' ? four.reverse() : four;
    return inOrder.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
  }).join('');

test.each([
  [[127, 0, 0, 1], '127.0.0.1'],
  [[0, 0, 0, 0], '0.0.0.0'],
  [[...Array<number>(15).fill(0), 1], '::1'],
  [Array<number>(16).fill(0), '::'],
  [[...Array<number>(10).fill(0), 255, 255, 10, 1, 2, 3], '::ffff:10.1.2.3'],
  [[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2a], 'fe80::2a'],
  [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8:0:1::1'],
  [[0x20, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6], '2001:0:1:2:3:4:5:6'],
])('%j is %s', (bytes, text) => {
  expect(addressText(asInProc(bytes))).toBe(text);
});

test('an IPv6 address is written as Node writes it', () => {
  const byte = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
  check(
    fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (bytes) => {
      const groups = Array.from({ length: 8 }, (_, at) =>
        (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
      );
      const { address } = new SocketAddress({ family: 'ipv6', address: groups.join(':') });
      // Node writes IPv4-compatible addresses, which are no more in use, with dots.
      fc.pre(!/^::[\d.]+$/.test(address));
      expect(addressText(asInProc(bytes))).toBe(address);
    }),
    100,
  );
});

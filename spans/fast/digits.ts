/** Where the run of digits that begins at `start` ends. Looks up to PADDING bytes beyond. */
export function digitsEnd(bytes: DataView, start: number): number {
  for (let at = start; ; at += 4) {
    // Each byte less the code of 0; one from 10 on reaches its highest bit with what is added.
    const four = bytes.getInt32(at, true) ^ 0x30303030;
    const others = ((four + 0x76767676) | four) & 0x80808080;
    // Only the first of them is sure to be one.
    if (others !== 0) return at + ((31 - Math.clz32(others & -others)) >> 3);
  }
}

/** The whole number that digits stand for; exact if it is no more than MAX_SAFE_INTEGER. */
export function wholeNumber(bytes: DataView, from: number, to: number): number {
  let number = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) number = number * 10_000 + fourDigits(bytes.getInt32(at));
  for (; at < to; at++) number = number * 10 + (bytes.getUint8(at) & 0xf);
  return number;
}

const fourDigits = (four: number): number =>
  ((four >>> 24) & 0xf) * 1000 +
  ((four >>> 16) & 0xf) * 100 +
  ((four >>> 8) & 0xf) * 10 +
  (four & 0xf);

/** Powers of ten that a double has exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, power) =>
  Number(`1e${power}`),
);

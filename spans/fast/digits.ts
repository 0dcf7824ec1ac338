const ZERO = 48;
const NINE = 57;

/** Where the run of digits that begins at `start` ends. */
export function digitsEnd(bytes: DataView, start: number): number {
  let at = start;
  for (let byte = bytes.getUint8(at); byte >= ZERO && byte <= NINE; byte = bytes.getUint8(at)) at++;
  return at;
}

/** The whole number that digits stand for; exact if it is no more than MAX_SAFE_INTEGER. */
export function wholeNumber(bytes: DataView, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 9) {
    const end = Math.min(at + 9, to);
    number = number * (POWERS[end - at] as number) + upToNine(bytes, at, end);
  }
  return number;
}

/** Powers of ten that a double has exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, power) =>
  Number(`1e${power}`),
);

/** Up to nine digits fit an integer of 32 bits, which is faster. */
function upToNine(bytes: DataView, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = (number * 10 + bytes.getUint8(at) - ZERO) | 0;
  return number;
}

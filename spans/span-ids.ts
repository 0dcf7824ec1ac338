/**
 * A trace id and a span id as six words of 32 bits, four and two, which can be
 * compared and hashed without making a string of them.
 */
export const TRACE_WORDS = 4;
export const ID_WORDS = 6;

const WORD_DIGITS = 8;

/**
 * Writes the words of a hex id of 32 or 16 digits to `ids` from `at` on. False
 * for what is no valid id: not as long, other characters than lower-case hex
 * digits, or zeros alone.
 *
 * @param codes of the characters; the id is all from `from` to `to`
 */
export function readId(
  codes: DataView,
  from: number,
  to: number,
  words: 2 | 4,
  ids: Int32Array,
  at: number,
): boolean {
  if (to - from !== words * WORD_DIGITS) return false;
  let any = 0;
  let wrong = 0;
  for (let word = 0; word < words; word++) {
    const high = codes.getInt32(from + word * WORD_DIGITS);
    const low = codes.getInt32(from + word * WORD_DIGITS + 4);
    const value = (hexValue(high) << 16) | hexValue(low);
    wrong |= notHex(high) | notHex(low);
    ids[at + word] = value;
    any |= value;
  }
  return wrong === 0 && any !== 0;
}

/** The value of four hex digits, whose codes are the bytes of `four`: the low half of a letter's code is 9 less than its value. */
function hexValue(four: number): number {
  const digits = (four & 0x0f0f0f0f) + 9 * ((four >>> 6) & 0x01010101);
  return (
    ((digits >>> 12) & 0xf000) | ((digits >>> 8) & 0xf00) | ((digits >>> 4) & 0xf0) | (digits & 0xf)
  );
}

/**
 * 0 if all four bytes are codes of 0 to 9 and a to f. Each sum has a byte's
 * highest bit where the byte, less the code of 0, is at least so much: 10, or
 * what the codes of a and g are.
 */
function notHex(four: number): number {
  const offsets = four ^ 0x30303030;
  const fromTen = offsets + 0x76767676;
  const fromA = offsets + 0x2f2f2f2f;
  const fromG = offsets + 0x29292929;
  return (four | (fromTen & ~(fromA & ~fromG))) & 0x80808080;
}

/** The words of both ids, or undefined if one is not valid. */
export function idWords(traceId: unknown, spanId: unknown): Int32Array | undefined {
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
  const ids = new Int32Array(ID_WORDS);
  const isTrace = readId(codesOf(traceId), 0, traceId.length, 4, ids, 0);
  const isSpan = readId(codesOf(spanId), 0, spanId.length, 2, ids, TRACE_WORDS);
  return isTrace && isSpan ? ids : undefined;
}

const scratch = new DataView(new ArrayBuffer(TRACE_WORDS * WORD_DIGITS));

/** The first 32 codes: a longer text is no id anyway. Those over 255 are none of a digit. */
function codesOf(text: string): DataView {
  const length = Math.min(text.length, scratch.byteLength);
  for (let at = 0; at < length; at++) scratch.setUint8(at, Math.min(text.charCodeAt(at), 255));
  return scratch;
}

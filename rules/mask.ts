/** What stands for a parameter in a template, as log-parsing benchmarks write it. */
export const PARAMETER = '<*>';

/**
 * What is never a word of the programmer's: dates, times, UUIDs, network addresses,
 * hexadecimal numbers, and numbers with what is written into them (`1,024`,
 * `-3.5e7`). Numbers within words (`utf8`, `node-3a`) are part of the word.
 */
const VALUES = new RegExp(
  [
    String.raw`\d{4}([-/])\d\d\1\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?`,
    String.raw`\d\d?:\d\d:\d\d(?:[.,]\d+)?`,
    String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`,
    String.raw`\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?`,
    String.raw`(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}`,
    String.raw`0x[\da-f]+`,
    String.raw`(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{6,}`,
    String.raw`[-+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?`,
  ]
    .map((value) => `(?<![\\w.-])(?:${value})(?!\\w)`)
    .join('|'),
  'gi',
);
/** Longer texts are cut: nobody wrote a template of that length. */
const MAX_TEXT = 4_096;

/** The text with every such value replaced by `<*>`. */
export function masked(text: string): string {
  return (text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text).replace(VALUES, PARAMETER);
}

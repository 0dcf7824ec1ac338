import { setFlagsFromString } from 'node:v8';

/** Of a longer text this many UTF-16 units are looked at. */
const MAX_TEXT = 64 * 1024;

/**
 * A user's regular expression over log text, that cannot hang: V8 runs it with
 * its engine without backtracking (flag `l`), whose time grows with the length
 * of the text times that of the pattern. What that engine cannot do, such as
 * back-references, look-ahead, `\p{…}` and counts in the hundreds, is refused.
 *
 * `flags` may be `i`, `m` and `s`. Throws a SyntaxError that says what is wrong.
 */
export function linearRegExp(source: string, flags = ''): (text: string) => boolean {
  if (!/^(?!.*(.).*\1)[ims]*$/.test(flags)) {
    throw new SyntaxError(`Expected flags of i, m and s, but got /${source}/${flags}`);
  }
  setFlagsFromString('--enable-experimental-regexp-engine');
  const ignoreCase = flags.includes('i');
  const pattern = ignoreCase ? lowerCasePattern(source) : source;
  const regExp = new RegExp(pattern, `l${flags.replace('i', '')}`);
  return (text) => {
    const start = text.slice(0, MAX_TEXT);
    return regExp.test(ignoreCase ? start.toLowerCase() : start);
  };
}

/** An escape, a group's name, or any other character. */
const TOKEN = /\\(?:u[\da-f]{4}|x[\da-f]{2}|c[a-z]|.)|\(\?<[^=!>]+>|[^]/gi;

/** The engine knows no `i`: pattern and text are compared in lower case, and `\S` stays `\S`. */
function lowerCasePattern(source: string): string {
  return source.replace(TOKEN, (token) => {
    const [, code] = /^\\[ux]([\da-f]+)$/i.exec(token) ?? [];
    if (code !== undefined)
      return RegExp.escape(String.fromCharCode(parseInt(code, 16)).toLowerCase());
    return token.length > 1 ? token : token.toLowerCase();
  });
}

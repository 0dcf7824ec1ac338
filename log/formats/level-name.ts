import { levelNumber } from '../level.ts';

/** Abbreviations, and words of loggers whose scale is another. */
const MEANT: Readonly<Record<string, string>> = {
  t: 'trace',
  d: 'debug',
  i: 'info',
  n: 'notice',
  w: 'warn',
  e: 'error',
  f: 'fatal',
  c: 'critical',
  a: 'alert',
  trc: 'trace',
  vrb: 'trace',
  verbose: 'trace',
  silly: 'trace',
  finer: 'trace',
  dbg: 'debug',
  dbug: 'debug',
  config: 'debug',
  http: 'info',
  inf: 'info',
  log: 'info',
  statement: 'info',
  detail: 'info',
  wrn: 'warn',
  eror: 'error',
  fail: 'error',
  dpanic: 'fatal',
  ftl: 'fatal',
};

/** The level as a word that `levelNumber` knows: the word itself if it does, what an abbreviation means, else undefined. */
export function levelName(word: string): string | undefined {
  if (!/^[A-Za-z]{1,11}$/.test(word)) return undefined;
  if (levelNumber(word) !== undefined) return word;
  const lower = word.toLowerCase();
  return Object.hasOwn(MEANT, lower) ? MEANT[lower] : undefined;
}

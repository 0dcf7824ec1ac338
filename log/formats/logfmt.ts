/**
 * https://brandur.org/logfmt
 *
 * `time="2026-11-23T09:00:00Z" level=info msg="A group of walrus emerges" animal=walrus size=10 started`
 */
import type { JsonObject } from '../entry.ts';
import type { Format } from './format.ts';
import { bareValue, unescaped } from './pairs.ts';
import { TIME_KEYS, firstOf } from './usual-fields.ts';

const TOKEN = /([^\s="]{1,128})(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?:\s+|$)/y;
const MAX_FIELDS = 256;

/** A line of nothing but `key=value` and bare keys, which are true; it begins with a pair and has at least two. */
export const logfmt: Format = {
  name: 'logfmt',
  text(line) {
    if (!/^[A-Za-z_@][\w.@/-]*=/.test(line)) return undefined;
    const log: JsonObject = {};
    let [fields, bare] = [0, 0];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < line.length) {
      const [token, key = '', quoted, value] = TOKEN.exec(line) ?? [];
      if (token === undefined || key === '__proto__' || fields++ === MAX_FIELDS) return undefined;
      if (quoted === undefined && value === undefined) bare++;
      log[key] =
        quoted !== undefined ? unescaped(quoted) : value === undefined ? true : bareValue(value);
    }
    const isText = fields - bare < 2 || bare * 2 > fields;
    return isText ? undefined : { log, time: firstOf(log, TIME_KEYS) };
  },
};

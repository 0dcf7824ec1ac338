/**
 * https://github.com/winstonjs/winston#formats
 *
 * `{"level":"info","message":"user signed in","service":"user-service","timestamp":"2026-11-23T09:00:00.000Z"}`
 * `info: user signed in {"service":"user-service","timestamp":"2026-11-23T09:00:00.000Z"}`
 */
import type { Format } from './format.ts';
import { levelName } from './level-name.ts';
import { trailingJson } from './trailing-json.ts';
import { TIME_KEYS, firstOf } from './usual-fields.ts';

const SIMPLE = /^(error|warn|info|http|verbose|debug|silly): (.*)$/s;

export const winston: Format = {
  name: 'winston',
  json(log) {
    const { level, message } = log;
    if (typeof level !== 'string' || typeof message !== 'string' || levelName(level) === undefined)
      return undefined;
    return 'msg' in log ? undefined : { log, time: firstOf(log, TIME_KEYS) };
  },
  text(line) {
    const [, level, rest] = SIMPLE.exec(line) ?? [];
    if (level === undefined || rest === undefined) return undefined;
    const { text, fields = {} } = trailingJson(rest);
    return { log: { ...fields, level, msg: text }, time: firstOf(fields, TIME_KEYS) };
  },
};

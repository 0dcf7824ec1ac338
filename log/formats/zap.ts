/**
 * https://pkg.go.dev/go.uber.org/zap#NewProductionConfig
 *
 * `{"level":"info","ts":1795363200.1234567,"caller":"shop/main.go:12","msg":"pet added","url":"http://example.com"}`
 * `2026-11-23T09:00:00.123Z	INFO	shop	shop/main.go:12	pet added	{"url": "http://example.com"}` (tabs between)
 */
import type { JsonObject } from '../entry.ts';
import { timeEnd } from '../timestamp.ts';
import type { Format } from './format.ts';
import { levelName } from './level-name.ts';
import { trailingJson } from './trailing-json.ts';

const CALLER = /^\S+\.go:\d+$/;

export const zap: Format = {
  name: 'zap',
  json(log) {
    const { level, ts, msg } = log;
    if (typeof level !== 'string' || typeof msg !== 'string' || ts === undefined) return undefined;
    return { log, time: ts };
  },
  text(line) {
    const end = timeEnd(line, 0);
    if (!line.startsWith('\t', end === -1 ? EPOCH.exec(line)?.[0].length : end)) return undefined;
    const [time = '', word = '', ...parts] = line.split('\t');
    const level = levelName(word);
    if (level === undefined) return undefined;
    const callerAt = parts.slice(0, 2).findIndex((part) => CALLER.test(part));
    const head: JsonObject = { time, level };
    if (callerAt === 1) head['logger'] = parts[0] ?? '';
    if (callerAt !== -1) head['caller'] = parts[callerAt] ?? '';
    const { text, fields } = trailingJson(parts.slice(callerAt + 1).join('\t'));
    return { log: { ...fields, ...head, msg: text }, time };
  },
};

const EPOCH = /^\d{10}(?:\.\d+)?/;

/**
 * https://github.com/trentm/node-bunyan#core-fields
 *
 * `{"name":"myapp","hostname":"banana.local","pid":40161,"level":30,"msg":"hi","time":"2013-01-04T18:46:23.851Z","v":0}`
 */
import type { Format } from './format.ts';

export const bunyan: Format = {
  name: 'bunyan',
  json(log) {
    const { v, name, level, msg, time } = log;
    if (v !== 0 || typeof name !== 'string' || typeof level !== 'number') return undefined;
    return typeof msg === 'string' ? { log, time, service: name } : undefined;
  },
};

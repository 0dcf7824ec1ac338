/**
 * https://github.com/pinojs/pino/blob/main/docs/api.md
 *
 * `{"level":30,"time":1531171074631,"pid":657,"hostname":"Davids-MBP-3.fritz.box","name":"shop","msg":"hello world"}`
 */
import type { Format } from './format.ts';

export const pino: Format = {
  name: 'pino',
  json(log) {
    const { level, time, timestamp, msg, pid, name } = log;
    const written = time ?? timestamp;
    if (typeof level !== 'number' || written === undefined) return undefined;
    if (msg === undefined && pid === undefined) return undefined;
    return { log, time: written, service: typeof name === 'string' ? name : undefined };
  },
};

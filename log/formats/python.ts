/**
 * https://docs.python.org/3/library/logging.html#logging.basicConfig (`%(levelname)s:%(name)s:%(message)s`)
 *
 * `INFO:shop.pets:pet added`
 * `INFO:     127.0.0.1:54321 - "GET /pets HTTP/1.1" 200 OK` (uvicorn, which has no name)
 */
import type { Format } from './format.ts';

const BASIC = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):([A-Za-z_][\w.-]{0,127}):(.*)$/s;
const UVICORN = /^(TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL): {2,5}(.*)$/s;

export const python: Format = {
  name: 'python',
  text(line) {
    const [, level, logger = '', msg = ''] = BASIC.exec(line) ?? [];
    if (level !== undefined) return { log: { level, logger, msg } };
    const [, short, text = ''] = UVICORN.exec(line) ?? [];
    return short === undefined ? undefined : { log: { level: short, msg: text } };
  },
};

/**
 * One Log's own boundary lines outside a firehose: DESIGN's contract, `spans/boundary.ts`.
 *
 * `{"msg":"span start","trace_id":"4bf9…","span_id":"00f0…","span_name":"POST /pets","span_kind":"server","start_time_unix_nano":"1795363200123456000"}`
 */
import type { Format } from './format.ts';

export const oneLog: Format = {
  name: 'one-log',
  json(log) {
    const { msg, start_time_unix_nano: start, end_time_unix_nano: end } = log;
    if (msg !== 'span start' && msg !== 'span end') return undefined;
    return typeof start === 'string' ? { log, time: msg === 'span end' ? end : start } : undefined;
  },
};

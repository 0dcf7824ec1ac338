/**
 * https://www.rfc-editor.org/rfc/rfc8259
 *
 * Any JSON object: Elastic's ECS, Logstash's encoder, log4j2's JSON layout, cloud loggers, whatever a program prints.
 *
 * `{"@timestamp":"2026-11-23T09:00:00.000Z","log.level":"INFO","message":"pet added","service.name":"shop"}`
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../entry.ts';
import type { Format } from './format.ts';
import { TIME_KEYS, firstOf } from './usual-fields.ts';

export const json: Format = {
  name: 'json',
  json: (log) => ({ log, time: timeOf(log) }),
};

/** A time in an object of its own is MongoDB's `$date`, log4j2's `instant` in two numbers, or Python's loguru, which has all in `record`. */
function timeOf(log: JsonObject): JsonValue | undefined {
  const time = firstOf(log, TIME_KEYS);
  if (isJsonObject(time)) return time['$date'];
  if (time !== undefined) return time;
  const { instant, record } = log;
  if (isJsonObject(instant)) {
    const { epochSecond, nanoOfSecond } = instant;
    if (typeof epochSecond !== 'number' || typeof nanoOfSecond !== 'number') return undefined;
    return `${epochSecond}.${String(nanoOfSecond).padStart(9, '0')}`;
  }
  const held = isJsonObject(record) ? record['time'] : undefined;
  return isJsonObject(held) ? held['timestamp'] : undefined;
}

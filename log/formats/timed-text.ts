/**
 * https://logback.qos.ch/manual/layouts.html#ClassicPatternLayout and https://logging.apache.org/log4j/2.x/manual/pattern-layout.html
 * https://docs.python.org/3/library/logging.html#logrecord-attributes
 *
 * `2026-11-23 09:00:00.123 [http-nio-1] INFO  com.shop.Pets - pet added`
 * `2026-11-23 09:00:00,123 INFO  [main] com.shop.Pets: pet added`
 * `2026-11-23T09:00:00.123Z  INFO 4711 --- [shop] [main] [4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7] com.shop.Pets : pet added`
 * `2026-11-23 09:00:00,123 - shop.pets - INFO - pet added` (Python)
 *
 * and whatever else begins with a time: Go, Rust, Ruby, PostgreSQL, Envoy, .NET's Serilog, scripts.
 */
import type { Format } from './format.ts';
import { readHeader, type Header } from './header.ts';
import { serviceOf } from './usual-fields.ts';

export const timedText: Format = {
  name: 'text with time',
  text(line) {
    const header = readHeader(line);
    if (!header) return undefined;
    const { time, level, pid, logger, fields, msg } = header;
    const [thread, ...more] = threads(line, header);
    const log = {
      ...fields,
      time,
      ...(level !== undefined && { level }),
      ...(pid !== undefined && { pid }),
      ...(thread !== undefined && { thread }),
      ...(more.length > 0 && { context: more }),
      ...(logger !== undefined && { logger }),
      msg,
    };
    const dialect = dialectOf(line, header);
    return { log, time, service: springService(line, header) ?? serviceOf(fields), dialect };
  },
};

function dialectOf(line: string, { time, level, logger, groups }: Header): string | undefined {
  if (level === undefined || logger === undefined) return undefined;
  if (line.startsWith(' - ', time.length)) return 'python';
  return groups.length > 0 ? 'log4j' : undefined;
}

/** Spring Boot writes its application's name in a bracket of its own, before the thread's. */
function springService(line: string, { groups }: Header): string | undefined {
  return groups.length > 1 && line.includes(' --- [') ? groups[0] : undefined;
}

function threads(line: string, header: Header): readonly string[] {
  return springService(line, header) === undefined ? header.groups : header.groups.slice(1);
}

/**
 * https://github.com/sirupsen/logrus#formatters
 *
 * `{"animal":"walrus","level":"info","msg":"A group of walrus emerges","time":"2026-11-23T09:00:00Z"}`
 *
 * Its text, `time="2026-11-23T09:00:00Z" level=info msg="…"`, is logfmt. Go's slog writes the same fields with levels in capitals.
 */
import type { Format } from './format.ts';

export const logrus: Format = {
  name: 'logrus',
  json(log) {
    const { level, msg, time } = log;
    const itsOwn = typeof level === 'string' && typeof msg === 'string' && time !== undefined;
    return itsOwn ? { log, time } : undefined;
  },
};

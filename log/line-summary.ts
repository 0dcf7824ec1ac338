import { isJsonObject, type JsonObject, type JsonValue } from './entry.ts';

export interface LineSummary {
  readonly level: 'plain' | 'odd' | 'bad';
  readonly message: string;
  /** What else the line says, in short. */
  readonly rest: string;
}

/** A firehose line in one line for a list: its message first. The exact text stays with whoever shows it. */
export function lineSummary(text: string): LineSummary {
  const log = logOf(text);
  if (log === undefined) return { level: 'plain', message: text.slice(0, MAX_CHARS), rest: '' };
  const { msg, message = msg, level } = log;
  const rest = Object.entries(log)
    .filter(([key]) => !SAID_ELSEWHERE.has(key))
    .map(([key, value]) => `${key}=${short(value)}`)
    .join(' ');
  return {
    level: severity(level),
    message: message === undefined ? '' : short(message),
    rest: rest.slice(0, MAX_CHARS),
  };
}

/** A row shows no more; the browser need not lay it out. */
const MAX_CHARS = 400;

/** Shown in other places, or of no use to a reader. */
const SAID_ELSEWHERE = new Set(
  (
    'msg message level time pid hostname trace_id span_id trace_flags parent_span_id ' +
    'start_time_unix_nano end_time_unix_nano'
  ).split(' '),
);

function logOf(text: string): JsonObject | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (!isJsonObject(line)) return undefined;
    const { log } = line;
    return isJsonObject(log) ? log : undefined;
  } catch {
    return undefined; // a line of a raw file: it is its own message
  }
}

/** Of pino's numbers and the usual words. */
function severity(level: JsonValue | undefined): LineSummary['level'] {
  if (typeof level === 'number') return level >= 50 ? 'bad' : level >= 40 ? 'odd' : 'plain';
  if (typeof level !== 'string') return 'plain';
  if (/^(?:err|fatal|crit|panic|alert|emerg)/i.test(level)) return 'bad';
  return /^warn/i.test(level) ? 'odd' : 'plain';
}

function short(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

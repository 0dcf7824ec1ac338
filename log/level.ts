import type { JsonValue, LogEntry } from './entry.ts';

/** Pino's numbers for the levels that logs name; syslog's and Java's words among them. */
const LEVELS: Readonly<Record<string, number>> = {
  trace: 10,
  finest: 10,
  debug: 20,
  fine: 20,
  info: 30,
  information: 30,
  notice: 30,
  warn: 40,
  warning: 40,
  error: 50,
  err: 50,
  severe: 50,
  fatal: 60,
  critical: 60,
  crit: 60,
  alert: 60,
  emerg: 60,
  emergency: 60,
  panic: 60,
};

const KEYS = ['level', 'severity', 'severity_text', 'levelname', 'lvl'];

/** How grave a line says it is, in pino's numbers (30 is info, 50 error); undefined where it does not say. */
export function levelOf({ log }: LogEntry): number | undefined {
  for (const key of KEYS) {
    const level = Object.hasOwn(log, key) ? levelNumber(log[key]) : undefined;
    if (level !== undefined) return level;
  }
  return undefined;
}

/** The number of `50`, `"50"`, `"error"` or `"ERROR"`. */
export function levelNumber(level: JsonValue | undefined): number | undefined {
  if (typeof level === 'number') return Number.isFinite(level) ? level : undefined;
  if (typeof level !== 'string') return undefined;
  const name = level.trim().toLowerCase();
  if (/^\d{1,3}$/.test(name)) return Number(name);
  return Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
}

import { isJsonObject, type JsonObject, type JsonValue } from '../log/entry.ts';
import { terminalText } from '../log/terminal-text.ts';

const MAX_LINES = 40;
const MAX_LINE = 500;

/**
 * The lines of the exception in a log line, safe for a terminal: its stack, or
 * its type and message where it has none. Known are pino's `err` (also `error`
 * and `exception`), OpenTelemetry's `exception.*`, and a bare `stack`. Empty
 * where there is none.
 */
export function exceptionLines(log: JsonObject): string[] {
  const text = ['err', 'error', 'exception'].map((key) => objectText(log[key])).find(Boolean);
  const lines = (text ?? flatText(log)).split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, MAX_LINES).map((line) => terminalText(line.slice(0, MAX_LINE)));
  return lines.length > MAX_LINES ? [...shown, `… ${lines.length - MAX_LINES} more lines`] : shown;
}

function objectText(value: JsonValue | undefined): string {
  if (!isJsonObject(value)) return '';
  const { type, name, message, stack } = value;
  return stackText(type ?? name, message, stack);
}

function flatText(log: JsonObject): string {
  const [type, message] = [log['exception.type'], log['exception.message']];
  return stackText(type, message, log['exception.stacktrace'] ?? log['stack']);
}

function stackText(
  type: JsonValue | undefined,
  message: JsonValue | undefined,
  stack: JsonValue | undefined,
): string {
  if (typeof stack === 'string' && stack !== '') return stack;
  if (typeof message !== 'string') return '';
  return typeof type === 'string' ? `${type}: ${message}` : message;
}

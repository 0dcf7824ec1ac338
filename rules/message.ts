import type { JsonObject, LogEntry } from '../log/entry.ts';
import { readHeader } from '../log/formats/header.ts';

const KEYS = ['msg', 'message', 'event'];

/**
 * What a line says in words: its message, which of a free text in the firehose
 * is what comes after time and level, as it is of one in a raw file. Of a line
 * that has none, `''`, or the whole line of a raw file.
 */
export function messageOf({ log, source, text }: LogEntry): string {
  for (const key of KEYS) {
    const value = log[key];
    if (typeof value !== 'string' || !Object.hasOwn(log, key)) continue;
    return source === undefined && isFreeText(log) ? (readHeader(value)?.msg ?? value) : value;
  }
  return source === undefined ? '' : text;
}

/** All of a line as its process wrote it, of one that is JSON its text. */
export function lineOf(entry: LogEntry): string {
  if (entry.source !== undefined) return entry.text;
  return isFreeText(entry.log) ? (entry.log['message'] as string) : JSON.stringify(entry.log);
}

/** `{message}` alone stands for a line that was no JSON. */
function isFreeText(log: JsonObject): boolean {
  for (const key in log) if (key !== 'message') return false;
  return typeof log['message'] === 'string';
}

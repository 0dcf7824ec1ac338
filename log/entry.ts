/** Any JSON value, as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * One line of the firehose, parsed: what a process said, and who said it when.
 *
 * `ts` is Unix time in seconds (a double keeps it to the microsecond) and is
 * when the line was read, not when it was written. `(instance, seq)` names a
 * line for good: `seq` counts from 0 in each instance without gaps.
 */
export interface LogEntry {
  readonly ts: number;
  /** The process's short name; the parent is `driver`. */
  readonly node: string;
  /** `node@host/pid.start`, start in Unix seconds. */
  readonly instance: string;
  /** `stdout`, `stderr`, or the source of a system event. */
  readonly stream: string;
  readonly seq: number;
  /** When it was written, where somebody who passed it on says so (docker does): RFC 3339 text. */
  readonly time?: string;
  /** Of a line over the length bound: this part's index, and whether it is the last. */
  readonly part?: readonly [index: number, last: boolean];
  /** The bytes of a line that is not UTF-8, in base64. */
  readonly rawBase64?: string;
  /** Of a line of a raw file (none of a firehose): where it is, lines counted from 1. */
  readonly source?: { readonly file: string; readonly line: number };
  /** The process's own output; `{message}` where it was not a JSON object. */
  readonly log: JsonObject;
  /** The whole line as it stands in the firehose or file, without its newline. */
  readonly text: string;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

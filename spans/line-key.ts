import type { LogEntry } from '../log/entry.ts';
import type { LineRef } from './span.ts';

/** One text for one line: what a span's `lines` and the stored lines are matched by. */
export function lineKey(ref: LineRef): string {
  return 'file' in ref ? `${ref.file}:${ref.line}` : `${ref.instance}#${ref.seq}`;
}

/** A line's name for good: its place in a raw file, or in its instance. */
export function lineRef({ source, instance, seq }: LogEntry): LineRef {
  return source ?? { instance, seq };
}

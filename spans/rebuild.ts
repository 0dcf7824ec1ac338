import type { LogEntry } from '../log/entry.ts';
import type { Span } from './span.ts';

/** A rebuilt span beside the log lines it was made of (`span.lines` names the same ones, in order). */
export interface RebuiltSpan {
  readonly span: Span;
  readonly entries: readonly LogEntry[];
}

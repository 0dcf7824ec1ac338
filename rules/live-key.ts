import type { JsonValue } from '../log/entry.ts';
import type { SpanAction } from './action.ts';
import { FIRST_STATE } from './compile.ts';
import type { Line } from './scope.ts';
import type { SpanDraft } from './span-draft.ts';

/** What a machine remembers of one key. */
export class LiveKey {
  /** As text; '' of `key none`. */
  readonly text: string;
  /** Unique among the keys of its machine: with the process or service that it is a key of. */
  readonly id: string;
  state = FIRST_STATE;
  /** The newest line with this key, and its time. */
  line: Line;
  lastSeconds: number;
  /** What `after` counts from: that time, or when it came into its state. */
  waitsSince: number;
  readonly counters = new Map<string, JsonValue>();
  /** From the outermost to the innermost. */
  readonly open: OpenSpan[] = [];

  constructor(id: string, text: string, line: Line) {
    this.id = id;
    this.text = text;
    this.line = line;
    this.lastSeconds = line.entry.ts;
    this.waitsSince = line.entry.ts;
  }
}

export interface OpenSpan {
  readonly draft: SpanDraft;
  readonly id: number;
  readonly parentId: number | undefined;
  /** What `close` calls it by; `''` for none. */
  readonly label: string;
  readonly startSeconds: number;
}

export type Incomplete = NonNullable<SpanAction['incomplete']>;

import type { JsonValue, LogEntry } from '../log/entry.ts';
import { lineOf, messageOf } from './message.ts';
import type { Captures } from './pattern.ts';

/** What an expression of a rule may look at. */
export interface Scope {
  readonly line: Line;
  readonly captures: Captures;
  readonly counters: ReadonlyMap<string, JsonValue>;
  /** The key as text. */
  readonly key: string;
}

/** An entry, and its texts, made once for all rules that look at it. */
export class Line {
  readonly entry: LogEntry;
  #message: string | undefined;
  #line: string | undefined;

  constructor(entry: LogEntry) {
    this.entry = entry;
  }

  get message(): string {
    return (this.#message ??= messageOf(this.entry));
  }

  /** Whether the message has this text in it. */
  says(text: string): boolean {
    return text === '' || this.message.includes(text);
  }

  get line(): string {
    return (this.#line ??= lineOf(this.entry));
  }
}

export const NO_CAPTURES: Captures = {};
export const NO_COUNTERS: ReadonlyMap<string, JsonValue> = new Map();

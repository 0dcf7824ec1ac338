import type { Writable } from 'node:stream';
import type { LogEntry } from '../log/entry.ts';
import type { Filter } from '../log/filter.ts';
import { levelOf } from '../log/level.ts';
import { terminalText } from '../log/terminal-text.ts';
import { isSystemSource } from '../osquery/events/system-source.ts';
import type { ColourDepth } from './colour.ts';
import { EntryText } from './entry-text.ts';

/** Which lines are shown. */
export interface Wanted {
  /** Names of the nodes to show; all if absent. */
  readonly only?: readonly string[];
  /** A line is shown if all of these want it. */
  readonly grep?: readonly Filter[];
  /** Lines of a lower level are not shown; one without a level counts as info (30). */
  readonly level?: number;
}

/** Shows the firehose while it flows. */
export interface Console {
  readonly format: 'text' | 'json';
  /** Shows those of the entries that are wanted. False: it is full, wait for `onDrain`. */
  write(entries: readonly LogEntry[]): boolean;
  /** Whether the sources may go on. */
  readonly isFree: boolean;
  /** Calls `listener` whenever it is free again. */
  onDrain(listener: () => void): void;
  /** Resolves when all is shown, nobody looks any more, or `deadlineMs` have passed. */
  close(deadlineMs: number): Promise<void>;
}

export interface FirehoseConsoleOptions extends Wanted {
  readonly stream: Writable;
  /** On a terminal lines that it is too slow for are skipped; elsewhere none is. */
  readonly isTerminal: boolean;
  readonly format: 'text' | 'json';
  readonly colour: ColourDepth;
  /** Told once when nobody reads any more (EPIPE) or the stream fails. */
  readonly onClosed: (error: Error) => void;
}

const INFO = 30;

/**
 * Shows the firehose on stdout, for people or as the NDJSON it is. It keeps no
 * line: what the stream has not taken is in the stream's own buffer. A slow
 * terminal loses lines, which are counted and said when it is free again; a
 * slow pipe makes `write` give false, and the sources have to wait for `onDrain`.
 */
export class FirehoseConsole implements Console {
  readonly format: 'text' | 'json';
  readonly #options: FirehoseConsoleOptions;
  readonly #text: EntryText;
  readonly #drained: (() => void)[] = [];
  #skipped = 0;
  #closed = false;

  constructor(options: FirehoseConsoleOptions) {
    this.format = options.format;
    this.#options = options;
    this.#text = new EntryText(options.colour);
    options.stream.on('drain', () => this.#drain());
    options.stream.on('error', (error) => this.#fail(error));
  }

  /** Shows those of the entries that are wanted. False: the pipe is full, wait for `onDrain`. */
  write(entries: readonly LogEntry[]): boolean {
    if (this.#closed) return true;
    const { stream, isTerminal } = this.#options;
    const wanted = entries.filter((entry) => isWanted(entry, this.#options));
    if (isTerminal && stream.writableNeedDrain) {
      this.#skipped += wanted.length;
      return true;
    }
    const text = wanted.map((entry) => this.#line(entry)).join('');
    if (text !== '') stream.write(text);
    return this.isFree;
  }

  /** Whether the sources may go on. */
  get isFree(): boolean {
    const { stream, isTerminal } = this.#options;
    return this.#closed || isTerminal || !stream.writableNeedDrain;
  }

  /** Calls `listener` whenever a full pipe is free again, or nobody reads it any more. */
  onDrain(listener: () => void): void {
    this.#drained.push(listener);
  }

  /** Resolves when all is written, nobody reads any more, or `deadlineMs` have passed. The stream stays open. */
  close(deadlineMs: number): Promise<void> {
    const { stream } = this.#options;
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      stream.once('error', done);
      stream.write('', done);
    });
  }

  #line(entry: LogEntry): string {
    if (this.format === 'json') {
      return `${this.#options.isTerminal ? terminalText(entry.text) : entry.text}\n`;
    }
    if (isFigure(entry) && this.#options.only === undefined) return '';
    const text = this.#text.render(entry);
    return text === undefined ? '' : `${text}\n`;
  }

  #drain(): void {
    if (this.#skipped > 0) {
      const count = this.#skipped.toLocaleString('en-US');
      this.#skipped = 0;
      this.#options.stream.write(`… ${count} lines not shown (the log file has them)\n`);
    }
    for (const listener of this.#drained) listener();
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onClosed(error);
    for (const listener of this.#drained) listener();
  }
}

export function isWanted(entry: LogEntry, { only, level, grep = [] }: Wanted): boolean {
  if (only && !only.includes(entry.node)) return false;
  if (level !== undefined && (levelOf(entry) ?? INFO) < level) return false;
  return grep.every((wants) => wants(entry));
}

/** A line of the system's figures, several a second: for programs, and for people who ask for its node. */
export const isFigure = (entry: LogEntry): boolean =>
  isSystemSource(entry) && entry.log['msg'] === undefined && entry.log['message'] === undefined;

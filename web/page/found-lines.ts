import type { LogLine, LogPage } from '../logs-api.ts';
import { ask } from './ask.ts';
import { logSize, type LogRows } from './log-rows.ts';

/** So many are looked for without being asked to; and so many are kept. */
const ENOUGH = 2_000;
const MAX_LINES = 20_000;
const PAGE_LINES = 500;

/**
 * The lines that fit the filters, looked for from a place in the log backwards,
 * and forwards as new ones come. How many there are nobody knows before all is
 * read, so it stops when there are enough, and goes on when asked to.
 */
export class FoundLines implements LogRows {
  shift = 0;
  isSearching = false;
  error: string | undefined;
  readonly #query: string;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  #lines: LogLine[] = [];
  /** What was looked through: from line `from` up to but not including `to`. */
  #from: number | undefined;
  #to: number | undefined;
  #log: LogPage['log'] | undefined;
  /** How many to look for before the place it began at, and, where that is not the end, after it. */
  #bound = ENOUGH;
  #after = Number.POSITIVE_INFINITY;
  #newer = 0;
  #dropped = 0;
  #isBusy = false;
  #beginsAnew = false;

  /** `query` is the filters as the API takes them; `around`, if given, the line to begin beside. */
  constructor(query: string, around: number | undefined, onChange: () => void) {
    this.#query = query;
    this.#onChange = onChange;
    if (around === undefined) return;
    this.#from = this.#to = around;
    this.#after = ENOUGH;
  }

  get count(): number {
    return this.#lines.length;
  }

  get remark(): string {
    if (this.#log === undefined) return '';
    const { first, next } = this.#log;
    const from = Math.max(first, this.#from ?? next);
    const looked = (this.#to ?? next) - from;
    const newer = next - (this.#to ?? next);
    const older =
      from > first
        ? `; ${(from - first).toLocaleString('en')} older ones not looked through yet`
        : '';
    const later = newer > 0 ? `; ${newer.toLocaleString('en')} newer ones not yet` : '';
    const fell =
      this.#dropped > 0 ? `; ${this.#dropped.toLocaleString('en')} fell out of the list` : '';
    return `${this.count.toLocaleString('en')} in ${looked.toLocaleString('en')} of ${logSize(this.#log)}${older}${later}${fell}`;
  }

  get further(): (() => void) | undefined {
    const isAll = this.#isAtStart && !this.#isBehind;
    if (this.isSearching || isAll || this.count >= MAX_LINES) return undefined;
    return () => {
      this.#bound += ENOUGH;
      this.#after += ENOUGH;
      void this.refresh();
    };
  }

  toEnd(): void {
    this.#beginsAnew = this.#isBehind;
    void this.refresh();
  }

  at(row: number): LogLine | undefined {
    return this.#lines[row];
  }

  lineOf(row: number): number | undefined {
    return this.#lines[row]?.line;
  }

  rowOf(line: number): number {
    const row = this.#lines.findIndex((each) => each.line >= line);
    return row === -1 ? Math.max(0, this.count - 1) : row;
  }

  want(): void {
    // All that is listed is here.
  }

  /** One at a time: what is asked for meanwhile is found by the next. */
  async refresh(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    if (this.#beginsAnew) this.#beginAnew();
    const wantsOlder = this.#older < this.#bound && this.count < MAX_LINES && !this.#isAtStart;
    if (this.#from === undefined || wantsOlder) await this.#search();
    if (this.#to !== undefined) await this.#forwards();
    this.#isBusy = false;
  }

  close(): void {
    this.#abort.abort();
  }

  #beginAnew(): void {
    this.#beginsAnew = false;
    this.#lines = [];
    this.#from = this.#to = undefined;
    this.#bound = ENOUGH;
    this.#after = Number.POSITIVE_INFINITY;
    this.#newer = 0;
  }

  get #isAtStart(): boolean {
    return this.#log !== undefined && this.#from !== undefined && this.#from <= this.#log.first;
  }

  /** Whether lines that are there already were left for later. */
  get #isBehind(): boolean {
    return this.#newer >= this.#after;
  }

  get #older(): number {
    return this.count - this.#newer;
  }

  /** Backwards until there are enough, or all is looked through. */
  async #search(): Promise<void> {
    this.isSearching = true;
    this.#onChange();
    do {
      const before = this.#from === undefined ? '' : `&before=${this.#from}`;
      const page = await this.#ask(before);
      if (page === undefined) break;
      this.#from = page.from;
      this.#to ??= page.to;
      this.#lines = [...page.lines, ...this.#lines];
      this.shift += page.lines.length;
      this.#onChange();
      if (page.from === page.to) break;
    } while (this.#older < this.#bound && this.count < MAX_LINES && !this.#isAtStart);
    this.isSearching = false;
    if (!this.#abort.signal.aborted) this.#onChange();
  }

  /** What was written since. */
  async #forwards(): Promise<void> {
    while (!this.#isBehind) {
      const page = await this.#ask(`&from=${this.#to}`);
      if (page === undefined || page.to <= (this.#to ?? 0)) return;
      this.#to = page.to;
      this.#lines = [...this.#lines, ...page.lines];
      this.#newer += page.lines.length;
      const over = Math.max(0, this.count - MAX_LINES);
      this.#lines.splice(0, over);
      this.#dropped += over;
      this.shift -= over;
      this.#onChange();
      if (page.to >= page.log.next) return;
    }
  }

  async #ask(place: string): Promise<LogPage | undefined> {
    const address = `/api/one-log/logs?${this.#query}${place}&limit=${PAGE_LINES}`;
    const asked = await ask<LogPage>(address, this.#abort.signal);
    if (this.#abort.signal.aborted) return undefined;
    if ('error' in asked) {
      this.error = asked.error;
      this.#onChange();
      return undefined;
    }
    this.error = undefined;
    this.#log = asked.data.log;
    return asked.data;
  }
}

import type { LogState } from '../log-access.ts';
import type { LogLine, LogPage } from '../logs-api.ts';
import { ask } from './ask.ts';
import { logSize, type LogRows } from './log-rows.ts';

/** Lines fetched at once, and such pages kept. */
const PAGE_LINES = 250;
const MAX_PAGES = 80;
const MAX_REQUESTS = 2;

/** Every line of the log: any stretch of it can be had at once, so that a scroll bar can go anywhere. */
export class AllLines implements LogRows {
  readonly shift = 0;
  readonly further = undefined;
  readonly isSearching = false;
  error: string | undefined;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  #log: Pick<LogState, 'first' | 'next' | 'readShare'> = { first: 0, next: 0, readShare: 0 };
  /** The one looked at last is last. */
  readonly #pages = new Map<number, readonly LogLine[]>();
  readonly #underWay = new Set<number>();
  #wanted: number[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get count(): number {
    return this.#log.next - this.#log.first;
  }

  get remark(): string {
    return logSize(this.#log);
  }

  at(row: number): LogLine | undefined {
    const line = this.#log.first + row;
    const lines = this.#pages.get(Math.floor(line / PAGE_LINES));
    return lines?.[line - (lines[0]?.line ?? 0)];
  }

  lineOf(row: number): number | undefined {
    return row >= 0 && row < this.count ? this.#log.first + row : undefined;
  }

  rowOf(line: number): number {
    return Math.min(Math.max(0, line - this.#log.first), Math.max(0, this.count - 1));
  }

  want(first: number, last: number): void {
    const from = Math.floor((this.#log.first + first) / PAGE_LINES);
    const to = Math.floor((this.#log.first + Math.max(first, last - 1)) / PAGE_LINES);
    this.#wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    for (const page of this.#wanted) this.#touch(page);
    this.#fetch();
  }

  async refresh(): Promise<void> {
    const asked = await ask<LogState>('/api/one-log/logs/state', this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    const changed = 'error' in asked ? this.error !== asked.error : this.#learn(asked.data);
    if ('error' in asked) this.error = asked.error;
    if (changed) this.#onChange();
    this.#fetch();
  }

  toEnd(): void {
    // It is all there, to the end.
  }

  close(): void {
    this.#abort.abort();
  }

  /** Whether it is news. */
  #learn({ first, next, readShare }: LogPage['log']): boolean {
    const before = this.#log;
    const hadError = this.error !== undefined;
    this.#log = { first, next, readShare };
    this.error = undefined;
    return (
      hadError || before.first !== first || before.next !== next || before.readShare !== readShare
    );
  }

  #fetch(): void {
    for (const page of this.#wanted) {
      if (this.#underWay.size >= MAX_REQUESTS) return;
      if (this.#isWhole(page) || this.#underWay.has(page)) continue;
      this.#underWay.add(page);
      void this.#get(page).then((came) => {
        this.#underWay.delete(page);
        // Where nothing comes, the next refresh tries again.
        if (came) this.#fetch();
      });
    }
  }

  /** Whether more of it is here now. */
  async #get(page: number): Promise<boolean> {
    const from = Math.max(page * PAGE_LINES, this.#log.first);
    const held = this.#pages.get(page) ?? [];
    const address = `/api/one-log/logs?from=${from + held.length}&limit=${PAGE_LINES - held.length}`;
    const asked = await ask<LogPage>(address, this.#abort.signal);
    if (this.#abort.signal.aborted) return false;
    const lines = 'error' in asked ? [] : asked.data.lines;
    if ('error' in asked) this.error = asked.error;
    else this.#learn(asked.data.log);
    if (lines.length > 0) this.#keep(page, [...held, ...lines]);
    this.#onChange();
    return lines.length > 0;
  }

  #keep(page: number, lines: readonly LogLine[]): void {
    this.#pages.set(page, lines);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) return;
      this.#pages.delete(oldest);
    }
  }

  /** Whether all lines that the log has of it are here. */
  #isWhole(page: number): boolean {
    const held = this.#pages.get(page)?.length ?? 0;
    const from = Math.max(page * PAGE_LINES, this.#log.first);
    return from + held >= Math.min((page + 1) * PAGE_LINES, this.#log.next);
  }

  #touch(page: number): void {
    const lines = this.#pages.get(page);
    if (lines === undefined) return;
    this.#pages.delete(page);
    this.#pages.set(page, lines);
  }
}

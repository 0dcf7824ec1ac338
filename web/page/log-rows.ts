import type { LogState } from '../log-access.ts';
import type { LogLine } from '../logs-api.ts';

/** Rows of a list of log lines, which are fetched as they are looked at. */
export interface LogRows {
  readonly count: number;
  /** Undefined while it is being fetched. */
  at(row: number): LogLine | undefined;
  /** Its number, also while it is being fetched; undefined where there is no such row. */
  lineOf(row: number): number | undefined;
  /** The row of a line; of the next one that is listed, where it is not. */
  rowOf(line: number): number;
  /** Which rows are in sight: those are to be fetched, the newest wish first. */
  want(first: number, last: number): void;
  /** Rows that came before the first since the list was made, less those that fell out there: what is in sight has moved by so many. */
  readonly shift: number;
  /** One sentence about what is listed, and why that may not be all. */
  readonly remark: string;
  readonly isSearching: boolean;
  readonly error: string | undefined;
  /** Looks for what was written since. */
  refresh(): Promise<void>;
  /** Looks further, where the list has stopped at its bound; undefined where it has not. */
  readonly further: (() => void) | undefined;
  /** Goes on from the log's end, where the list had begun somewhere else. */
  toEnd(): void;
  close(): void;
}

/** `12,345 lines`, and while the log is still being read how much of it. */
export function logSize({
  first,
  next,
  readShare,
}: Pick<LogState, 'first' | 'next' | 'readShare'>): string {
  const lines = `${(next - first).toLocaleString('en')} ${next - first === 1 ? 'line' : 'lines'}`;
  return readShare < 0.999 ? `${lines} so far, ${Math.floor(100 * readShare)} % read` : lines;
}

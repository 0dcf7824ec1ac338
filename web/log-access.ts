/** A stored log as numbered lines, counted from 0 in the order of writing; it may grow, and lose its oldest. */
export interface LogAccess {
  /** Takes in what was written since, or begins to. Rejects where the log cannot be read. */
  state(): Promise<LogState>;
  /** The block that has line `line`: some dozen to some hundred of them. Undefined where that is not held. */
  block(line: number): Promise<LogBlock | undefined>;
  /** The number of an instance's line; undefined where it is not held. */
  find(instance: string, seq: number): Promise<number | undefined>;
  /** The number of the first line read at `ts` (Unix seconds) or later; of the next to come where there is none. */
  at(ts: number): Promise<number>;
}

export interface LogState {
  /** The oldest line held, and the next to come: all between are held. */
  readonly first: number;
  readonly next: number;
  /** Who has spoken, most lines first. */
  readonly nodes: readonly { readonly node: string; readonly lines: number }[];
  /** How much of the log is known so far, 0 to 1. */
  readonly readShare: number;
}

export interface LogBlock {
  /** The number of its first line. */
  readonly first: number;
  /** Without their newlines. */
  readonly lines: readonly string[];
}

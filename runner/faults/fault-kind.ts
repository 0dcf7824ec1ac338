import type { Target } from './target.ts';

/** Something bad that can be done to a node, for a time. */
export interface FaultKind {
  readonly name: string;
  /** What it does, in a few words for the list. */
  readonly summary: string;
  readonly size: FaultSize;
  /** Begins, and resolves when it has begun. Rejects with a UserError, with nothing left behind, where it cannot or may not. */
  begin(target: Target, order: FaultOrder): Promise<Effect>;
}

/** What `--size` means for a kind. */
export interface FaultSize {
  /** `busy processes for each CPU, 1 to 8`. */
  readonly means: string;
  readonly usual: string;
  /** Undefined for what is none, or out of bounds. */
  parse(text: string): number | undefined;
}

export interface FaultOrder {
  readonly forMs: number;
  /** As `parse` gave it. */
  readonly size: number;
}

/** A fault that goes on. */
export interface Effect {
  /** Whom to blame: the processes that do it, or that it is done to where nobody else does. May grow. */
  readonly pids: readonly number[];
  /** What goes on, with pids, for people. */
  readonly what: string;
  /** Resolves where it ends by itself, before it is undone. */
  readonly ended?: Promise<unknown>;
  /** Takes everything back; never rejects. */
  undo(): Promise<Undone>;
}

export interface Undone {
  readonly undone: boolean;
  /** How, or why not. */
  readonly how: string;
}

/** A size that is a number from `min` to `max`, with or without its unit behind it. */
export function numberSize(min: number, max: number, unit = ''): FaultSize['parse'] {
  return (text) => {
    const value = Number(text.trim().replace(new RegExp(`\\s*${unit}$`), '') || Number.NaN);
    return value >= min && value <= max ? value : undefined;
  };
}

import type { LogEntry } from '../log/entry.ts';
import type { RuleAction } from './action.ts';
import type { Rules } from './compile.ts';
import { MachineRun } from './machine-run.ts';
import { Line } from './scope.ts';
import type { Output } from './work.ts';

export interface RuleCounts {
  lines: number;
  /** Those that some rule read, or that belong to an open span. */
  readLines: number;
  spans: number;
  boundaries: number;
  rows: number;
  /** Keys forgotten before their time, for there were too many. */
  evictedKeys: number;
  /** Lines left out of spans that had too many. */
  droppedLines: number;
  /** `close` where nothing was open. */
  unopened: number;
}

interface RuleMachineOptions {
  /** Keys that each machine of the file remembers; the one that was silent for longest goes first. */
  readonly maxKeys?: number;
}

/**
 * Runs rules over a log. `emit` gets what they make of it, in the order of the
 * lines; time is the entries' own, and goes on with the newest. Nothing is
 * given twice, and after `end` nothing more comes.
 */
export class RuleMachine {
  readonly counts: RuleCounts = {
    lines: 0,
    readLines: 0,
    spans: 0,
    boundaries: 0,
    rows: 0,
    evictedKeys: 0,
    droppedLines: 0,
    unopened: 0,
  };
  readonly #runs: readonly MachineRun[];

  constructor(
    { machines }: Rules,
    emit: (action: RuleAction) => void,
    { maxKeys = 100_000 }: RuleMachineOptions = {},
  ) {
    const { counts } = this;
    let ids = 0;
    const output: Output = {
      emit(action) {
        count(counts, action);
        emit(action);
      },
      nextId: () => ids++,
      unopened: () => counts.unopened++,
    };
    this.#runs = machines.map((machine) => new MachineRun(machine, output, counts, maxKeys));
  }

  /** Entries come in the order of the log. */
  push(entry: LogEntry): void {
    const line = new Line(entry);
    let isRead = false;
    for (const run of this.#runs) {
      if (run.push(line)) isRead = true;
    }
    this.counts.lines++;
    if (isRead) this.counts.readLines++;
  }

  /** The log is over: `finally` rules are done, and what is open is given as incomplete. */
  end(): void {
    for (const run of this.#runs) run.end();
  }
}

function count(counts: RuleCounts, action: RuleAction): void {
  if (action.kind === 'row') counts.rows++;
  else if (action.kind !== 'span') counts.boundaries++;
  else {
    counts.spans++;
    counts.droppedLines += action.droppedLines;
  }
}

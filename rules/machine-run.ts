import type { LogEntry } from '../log/entry.ts';
import { FIRST_STATE, type Alternative, type Machine, type StateTable } from './compile.ts';
import type { Dispatch } from './dispatch.ts';
import { LiveKey, type Incomplete } from './live-key.ts';
import type { RuleCounts } from './machine.ts';
import type { Captures } from './pattern.ts';
import { NO_CAPTURES, NO_COUNTERS, type Line, type Scope } from './scope.ts';
import { textOf } from './value.ts';
import { Work, type Output } from './work.ts';

/** A key whose spans are open is given up after this silence where no `after` says otherwise. */
const SILENCE_SECONDS = 60;

/** One machine of a rules file, with its keys. */
export class MachineRun {
  readonly #machine: Machine;
  readonly #output: Output;
  readonly #counts: RuleCounts;
  readonly #maxKeys: number;
  /** The longest silent first. */
  readonly #keys = new Map<string, LiveKey>();
  /** For each state, the keys in it whose time runs, the longest silent first. */
  readonly #waiting: readonly Map<LiveKey, undefined>[];
  /** The newest line's time. */
  #now = Number.NEGATIVE_INFINITY;

  constructor(machine: Machine, output: Output, counts: RuleCounts, maxKeys: number) {
    this.#machine = machine;
    this.#output = output;
    this.#counts = counts;
    this.#maxKeys = maxKeys;
    this.#waiting = machine.states.map(() => new Map());
  }

  /** Says whether a rule read the line. */
  push(line: Line): boolean {
    const machine = this.#machine;
    const { ts } = line.entry;
    if (ts > this.#now) {
      this.#now = ts;
      if (this.#keys.size > 0) this.#passTime(ts);
    }
    const scope: Scope = { line, captures: NO_CAPTURES, counters: NO_COUNTERS, key: '' };
    if (machine.only(scope) === undefined) return false;
    return machine.keyIsCaptured ? this.#readThenKey(scope) : this.#keyThenRead(scope);
  }

  end(): void {
    for (const key of this.#keys.values()) this.#forget(key, key.lastSeconds, 'log-ended');
  }

  /** The key is in the line: its state says which rules there are. */
  #keyThenRead(scope: Scope): boolean {
    const machine = this.#machine;
    if (this.#keys.size === 0 && !this.#mayBeRead(scope.line)) return false;
    const text = machine.key(scope);
    if (text === undefined) return false;
    const id = this.#idOf(scope.line.entry, text as string);
    const key = this.#keys.get(id);
    const { dispatch } = machine.states[key?.state ?? 0] as StateTable;
    const within: Scope = { ...scope, key: text as string, counters: key?.counters ?? NO_COUNTERS };
    const read = firstMatch(dispatch, within);
    if (read !== undefined) {
      this.#do(
        read.alternative,
        read.captures,
        key ?? this.#add(id, text as string, scope.line),
        scope.line,
      );
      return true;
    }
    const innermost = key?.open.at(-1);
    if (key === undefined || innermost === undefined) return false;
    innermost.draft.addLine(scope.line.entry);
    this.#touch(key, scope.line);
    return true;
  }

  /** A rule captures the key: it reads the line if it is one of the key's state. */
  #readThenKey(scope: Scope): boolean {
    const machine = this.#machine;
    for (const alternative of machine.all.candidates(scope.line)) {
      if (!scope.line.says(alternative.required)) continue;
      const captures = alternative.match(scope);
      if (captures === undefined) continue;
      const text = machine.key({ ...scope, captures });
      if (text === undefined) continue;
      const id = this.#idOf(scope.line.entry, text as string);
      const key = this.#keys.get(id);
      if (alternative.states?.has(key?.state ?? 0) === false) continue;
      this.#do(alternative, captures, key ?? this.#add(id, text as string, scope.line), scope.line);
      return true;
    }
    return false;
  }

  /** Whether any rule of any state may read it: no pattern is asked. */
  #mayBeRead(line: Line): boolean {
    for (const { required } of this.#machine.all.candidates(line)) {
      if (line.says(required)) return true;
    }
    return false;
  }

  #idOf({ instance, node }: LogEntry, key: string): string {
    const { scope } = this.#machine;
    return scope === 'all' ? key : `${scope === 'node' ? node : instance}\n${key}`;
  }

  #add(id: string, text: string, line: Line): LiveKey {
    if (this.#keys.size >= this.#maxKeys) {
      for (const oldest of this.#keys.values()) {
        this.#counts.evictedKeys++;
        this.#forget(oldest, oldest.lastSeconds, 'evicted');
        break;
      }
    }
    const key = new LiveKey(id, text, line);
    for (const counter of this.#machine.zeros) key.counters.set(counter, 0);
    this.#keys.set(id, key);
    return key;
  }

  #do({ actions }: Alternative, captures: Captures, key: LiveKey, line: Line): void {
    this.#touch(key, line);
    const work = this.#work(key, line.entry.ts, captures, line.entry);
    for (const perform of actions) perform(work);
    this.#finish(key, work);
  }

  #work(key: LiveKey, seconds: number, captures: Captures, entry?: LogEntry): Work {
    const { name, service } = this.#machine;
    const scope: Scope = { line: key.line, captures, counters: key.counters, key: key.text };
    return new Work({
      key,
      machine: name,
      service: textOf(service?.(scope)) || key.line.entry.node,
      captures,
      seconds,
      entry,
      output: this.#output,
    });
  }

  #giveUp(key: LiveKey, seconds: number): void {
    const work = this.#work(key, seconds, NO_CAPTURES);
    work.abandon('silent');
    this.#finish(key, work);
  }

  /** After the actions of a rule: what they ended is given, and the key goes to its next state. */
  #finish(key: LiveKey, work: Work): void {
    work.finish();
    if (work.isDone) {
      this.#forget(key, work.seconds, 'done');
    } else if (this.#isBlank(key, work.nextState)) {
      this.#keys.delete(key.id);
      this.#waiting[key.state]?.delete(key);
    } else if (work.nextState !== key.state) {
      this.#waiting[key.state]?.delete(key);
      key.state = work.nextState;
      key.waitsSince = Math.max(key.waitsSince, work.seconds);
      this.#wait(key);
    }
  }

  /** Whether it is as if it had never been met. */
  #isBlank({ open, counters }: LiveKey, nextState: number): boolean {
    const { last, states, zeros } = this.#machine;
    const after = states[nextState]?.after;
    return (
      nextState === FIRST_STATE &&
      open.length === 0 &&
      counters.size === 0 &&
      zeros.length + last.length === 0 &&
      after === undefined
    );
  }

  /** The line is the key's newest. */
  #touch(key: LiveKey, line: Line): void {
    key.line = line;
    key.lastSeconds = Math.max(key.lastSeconds, line.entry.ts);
    key.waitsSince = key.lastSeconds;
    this.#keys.delete(key.id);
    this.#keys.set(key.id, key);
    this.#wait(key);
  }

  #wait(key: LiveKey): void {
    const waiting = this.#waiting[key.state];
    waiting?.delete(key);
    waiting?.set(key, undefined);
  }

  /** Does what is due by now, for the keys that were silent for too long. */
  #passTime(now: number): void {
    for (const [state, { after }] of this.#machine.states.entries()) {
      const seconds =
        after?.seconds ?? (this.#machine.opensSpans ? SILENCE_SECONDS : Number.POSITIVE_INFINITY);
      for (const key of this.#waiting[state]?.keys() ?? []) {
        const due = key.waitsSince + seconds;
        if (due > now) break;
        this.#waiting[state]?.delete(key);
        if (after === undefined) {
          this.#giveUp(key, due);
          continue;
        }
        const work = this.#work(key, due, NO_CAPTURES);
        for (const perform of after.actions) perform(work);
        this.#finish(key, work);
      }
    }
  }

  #forget(key: LiveKey, seconds: number, why: Incomplete): void {
    this.#keys.delete(key.id);
    this.#waiting[key.state]?.delete(key);
    const work = this.#work(key, seconds, NO_CAPTURES);
    for (const perform of this.#machine.last) perform(work);
    work.abandon(why);
    work.finish();
  }
}

function firstMatch(
  dispatch: Dispatch,
  scope: Scope,
): { alternative: Alternative; captures: Captures } | undefined {
  for (const alternative of dispatch.candidates(scope.line)) {
    if (!scope.line.says(alternative.required)) continue;
    const captures = alternative.match(scope);
    if (captures !== undefined) return { alternative, captures };
  }
  return undefined;
}

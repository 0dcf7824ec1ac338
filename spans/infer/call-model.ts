import type { Gaps } from './delays.ts';
import { GapDensity } from './gap-density.ts';
import { Outcomes } from './outcomes.ts';

/** Calls of one operation by one span that are told apart; a caller with more is not held to its count. */
const MAX_CALLS = 16;
/** How much of the belief in delays goes by all calls; the rest goes by the calls at the same time. */
const BY_ALL = 0.25;

/** How delays are looked at: by all calls, by their mean alone, or mostly by the calls at the same time. */
export type DelayView = 'all' | 'mean' | 'local';

class GapPair {
  readonly start: GapDensity;
  readonly end: GapDensity;

  constructor(unitSeconds: number) {
    this.start = new GapDensity(unitSeconds);
    this.end = new GapDensity(unitSeconds);
  }

  add(gaps: Gaps, weight: number): void {
    this.start.add(gaps.start, weight);
    this.end.add(gaps.end, weight);
  }

  log(gaps: Gaps): number {
    return this.start.log(gaps.start) + this.end.log(gaps.end);
  }

  logNormal(gaps: Gaps): number {
    return this.start.logNormal(gaps.start) + this.end.logNormal(gaps.end);
  }
}

/** How one operation calls another. */
class Relation {
  readonly local: GapPair;
  readonly outcomes = new Outcomes();
  /** All calls, by belief. */
  calls = 0;
  /** By caller: how many calls it makes, by belief. */
  readonly callsOf = new Map<number, number>();

  constructor(unitSeconds: number) {
    this.local = new GapPair(unitSeconds);
  }
}

/** A call that may be, with all that speaks for it. */
export interface Call {
  readonly parent: number;
  readonly relation: string;
  readonly gaps: Gaps;
  readonly localGaps: Gaps;
  readonly callerFailed: boolean;
  readonly callFailed: boolean;
}

/**
 * The delays, counts and outcomes of calls between operations. Each span is
 * thought of as an event that its possible causes compete for: a caller makes so
 * many of them on average, spread over the time after its start as its delays
 * say; the outside makes them at a steady rate.
 */
export class CallModel {
  readonly #unitSeconds: number;
  readonly #windowSeconds: number;
  readonly #gaps = new Map<string, GapPair>();
  readonly #relations = new Map<string, Relation>();
  readonly #durations = new Map<string, GapDensity>();

  constructor(unitSeconds: number, windowSeconds: number) {
    this.#unitSeconds = unitSeconds;
    this.#windowSeconds = Math.max(windowSeconds, unitSeconds);
  }

  addSpan(operation: string, durationSeconds: number): void {
    const make = (): GapDensity => new GapDensity(this.#unitSeconds);
    getOrMake(this.#durations, operation, make).add(durationSeconds, 1);
  }

  addCall(call: Call, belief: number): void {
    const relation = this.#relation(call.relation);
    this.#gapsOf(call.gaps.context).add(call.gaps, belief);
    relation.local.add(call.localGaps, belief);
    relation.outcomes.add(call.callerFailed, call.callFailed, belief);
    relation.calls += belief;
    relation.callsOf.set(call.parent, (relation.callsOf.get(call.parent) ?? 0) + belief);
  }

  /** How likely a caller makes a call at such a time and with such an outcome: a log-density, per second squared. */
  logCall(call: Call, view: DelayView): number {
    const relation = this.#relation(call.relation);
    const outcome = relation.outcomes.log(call.callerFailed, call.callFailed);
    const gaps = this.#gapsOf(call.gaps.context);
    if (view === 'mean') return outcome + gaps.logNormal(call.gaps);
    if (view === 'all') return outcome + gaps.log(call.gaps);
    return (
      outcome + BY_ALL * gaps.log(call.gaps) + (1 - BY_ALL) * relation.local.log(call.localGaps)
    );
  }

  /** The same for a span somewhere in the window, were it made by nobody. */
  logAlone(operation: string, durationSeconds: number): number {
    const durations = this.#durations.get(operation);
    if (durations === undefined) return -Math.log(this.#windowSeconds);
    return Math.log(durations.total / this.#windowSeconds) + durations.log(durationSeconds);
  }

  /** Expected calls by each of so many callers. */
  callsPerCaller(relation: string, callers: number): number {
    return this.#relation(relation).calls / callers;
  }

  /**
   * What each next call of one caller costs, from how many of so many callers
   * have made how many. Never less than the call before, so that a caller's
   * calls can be slots of an assignment.
   */
  callCosts(relation: string, callers: number): number[] {
    const { callsOf } = this.#relation(relation);
    const counts = [callers - callsOf.size];
    for (const calls of callsOf.values()) {
      const whole = Math.min(Math.round(calls), MAX_CALLS);
      counts[whole] = (counts[whole] ?? 0) + 1;
    }
    const costs: number[] = [];
    for (let call = 1; call <= Math.min(MAX_CALLS, counts.length); call++) {
      const ratio = ((counts[call] ?? 0) + 0.5) / ((counts[call - 1] ?? 0) + 0.5);
      costs.push(Math.max(-Math.log(ratio), costs.at(-1) ?? -Infinity));
    }
    return costs;
  }

  #relation(key: string): Relation {
    return getOrMake(this.#relations, key, () => new Relation(this.#unitSeconds));
  }

  #gapsOf(context: string): GapPair {
    return getOrMake(this.#gaps, context, () => new GapPair(this.#unitSeconds));
  }
}

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

import { Affinity } from './affinity.ts';
import { assignment, type Taken } from './assignment.ts';
import { CallModel, type Call, type DelayView } from './call-model.ts';
import { findCallGraph, type CallGraph } from './call-graph.ts';
import { candidateParents } from './candidates.ts';
import { clockUnit } from './clock-unit.ts';
import { Delays } from './delays.ts';
import { withoutCycles, type Edge, type ParentLink } from './edge.ts';
import { InheritedJoins } from './inherited-joins.ts';
import { operationOf, type Observed } from './observed.ts';

/** How much later than its caller a process may say that a call is over. */
const LATE_END_SECONDS = 0.02;
const SOFT_ROUNDS = 12;
/** Beginning with the mean, which keeps calls that follow each other in order. */
const JOINT_ROUNDS: readonly DelayView[] = ['mean', 'local', 'local', 'local'];
/** Before anything is learned, this share of all spans is taken to have no parent. */
const ROOT_GUESS = 0.1;
/** Where all spans of an operation can have a parent, one without is that unlikely. */
const ROOT_FLOOR = 1e-9;
/** Beliefs below it are not worth the time. */
const NEGLIGIBLE = 1e-4;

/**
 * Finds the parents of spans that carry no ids, by containment, time, counts,
 * outcomes and shared values, over a whole window of spans at once.
 *
 * After TraceWeaver (Ashok et al., SIGCOMM 2024): per pair of operations the
 * distribution of the delays around a call is learned, and calls are given to
 * callers jointly. Where TraceWeaver is given the call graph, it is found here
 * as well (`findCallGraph`), and remembered for the windows that follow. Beliefs
 * are first found by expectation maximisation, each call by itself; then,
 * operation by operation, calls go to callers in one least-cost assignment, with
 * delays counted from the caller's call before, compared with the delays of
 * other calls at the time, and with what is known of how many calls such a
 * caller makes.
 */
export class ParentAssigner {
  #graph: CallGraph = new Map();

  /**
   * One link a span, in order of `spans`; no span is its own ancestor.
   *
   * @param known parents that need no search, by child
   */
  assign(spans: readonly Observed[], known: ReadonlyMap<number, number> = new Map()): ParentLink[] {
    const graph = findCallGraph(spans, clockUnit(spans), this.#graph);
    this.#graph = new Map([...this.#graph, ...graph]);
    return new ParentSearch(spans, graph, known).links();
  }
}

class ParentSearch {
  readonly #spans: readonly Observed[];
  readonly #operations: readonly string[];
  readonly #unitSeconds: number;
  readonly #windowSeconds: number;
  readonly #affinity: Affinity;
  /** By child. */
  readonly #edges: readonly (readonly Edge[])[];
  /** By child, then by edge: how much it is believed. */
  readonly #beliefs: number[][];
  /** By operation: how many spans there are, and which share of them can have no parent. */
  readonly #counts: ReadonlyMap<string, number>;
  readonly #rootShares: ReadonlyMap<string, number>;
  #links: ParentLink[];

  constructor(spans: readonly Observed[], graph: CallGraph, known: ReadonlyMap<number, number>) {
    this.#spans = spans;
    this.#operations = spans.map(operationOf);
    this.#unitSeconds = clockUnit(spans);
    const from = spans.reduce((least, span) => Math.min(least, span.startSeconds), Infinity);
    const to = spans.reduce((most, span) => Math.max(most, span.endSeconds), -Infinity);
    this.#windowSeconds = to - from;
    this.#affinity = new Affinity(spans);
    this.#edges = this.#findEdges(graph, known);
    this.#beliefs = this.#edges.map((edges) => edges.map(() => 0));
    const byOperation = Map.groupBy(spans.keys(), (index) => this.#operation(index));
    this.#counts = new Map([...byOperation].map(([key, indexes]) => [key, indexes.length]));
    this.#rootShares = new Map(
      [...byOperation].map(([operation, indexes]) => {
        const orphans = indexes.filter((index) => this.#edges[index]?.length === 0);
        return [operation, orphans.length / indexes.length];
      }),
    );
    this.#links = spans.map(() => ({ parent: undefined, confidence: 1 }));
  }

  links(): ParentLink[] {
    this.#guess();
    for (let round = 0; round < SOFT_ROUNDS; round++) this.#weigh();
    for (const view of JOINT_ROUNDS) this.#assign(view);
    return withoutCycles(this.#links);
  }

  #findEdges(graph: CallGraph, known: ReadonlyMap<number, number>): Edge[][] {
    return candidateParents(this.#spans, this.#unitSeconds, LATE_END_SECONDS).map(
      (candidates, child) => {
        const operation = this.#operation(child);
        const given = known.get(child);
        const parents =
          given === undefined
            ? candidates.filter((index) => graph.get(operation)?.has(this.#operation(index)))
            : [given];
        return parents.map((parent) => ({
          child,
          parent,
          relation: `${this.#operation(parent)}\u0001${operation}`,
        }));
      },
    );
  }

  /** Before anything is learned: what is tight around a span is likelier its parent. */
  #guess(): void {
    const joins = new InheritedJoins(this.#spans, this.#links);
    for (const [child, edges] of this.#edges.entries()) {
      const logs = edges.map(
        (edge) =>
          this.#affinityOf(edge, joins) - Math.log(this.#duration(edge.parent) + this.#unitSeconds),
      );
      this.#believe(child, logs, Math.log(ROOT_GUESS) + logSum(logs));
    }
  }

  /** One round of expectation maximisation: each possible cause gets its share. */
  #weigh(): void {
    const { model, calls, joins } = this.#learn();
    for (const [child, edges] of this.#edges.entries()) {
      const logs = edges.map((edge, at) => {
        const call = calls[child]?.[at];
        const rate = model.callsPerCaller(edge.relation, this.#countOf(edge.parent));
        return (
          (call === undefined ? 0 : model.logCall(call, 'all')) +
          this.#affinityOf(edge, joins) +
          Math.log(rate + NEGLIGIBLE)
        );
      });
      this.#believe(child, logs, this.#logRoot(model, child));
    }
  }

  /** All calls of one operation at once, operation by operation. */
  #assign(view: DelayView): void {
    const { model, calls, joins } = this.#learn();
    const links = [...this.#links];
    const byOperation = Map.groupBy(this.#edges.keys(), (child) => this.#operation(child));
    for (const children of byOperation.values()) {
      const slots = new CallSlots();
      const rows = children.map((child) => {
        const edges = this.#edges[child] ?? [];
        const choices = edges.flatMap((edge, at) => {
          const call = calls[child]?.[at];
          const log = call === undefined ? 0 : model.logCall(call, view);
          const cost = -log - this.#affinityOf(edge, joins);
          const costs = (): number[] => model.callCosts(edge.relation, this.#countOf(edge.parent));
          return slots
            .of(edge.parent, costs)
            .map((slot) => ({ slot: slot.index, cost: cost + slot.cost, parent: edge.parent }));
        });
        return { choices, noneCost: -this.#logRoot(model, child) };
      });
      for (const [at, taken] of assignment(rows, slots.size).entries()) {
        const child = children[at] ?? 0;
        const link = linkOf(taken, rows[at]?.choices ?? []);
        links[child] = link;
        this.#beliefs[child] = (this.#edges[child] ?? []).map((edge) =>
          edge.parent === link.parent ? 1 : 0,
        );
      }
    }
    this.#links = links;
  }

  #learn(): { model: CallModel; calls: readonly (readonly Call[])[]; joins: InheritedJoins } {
    const linked = this.#edges.flatMap((edges, child) =>
      edges.filter(({ parent }) => parent === this.#links[child]?.parent),
    );
    const delays = new Delays(this.#spans, this.#links, linked);
    const model = new CallModel(this.#unitSeconds, this.#windowSeconds);
    const calls = this.#edges.map((edges, child) => {
      model.addSpan(this.#operation(child), this.#duration(child));
      return edges.map((edge, at) => {
        const gaps = delays.around(edge);
        const call = {
          parent: edge.parent,
          relation: edge.relation,
          gaps,
          localGaps: delays.beyondOthers(edge, gaps),
          callerFailed: this.#spans[edge.parent]?.failed ?? false,
          callFailed: this.#spans[child]?.failed ?? false,
        };
        const belief = this.#beliefs[child]?.[at] ?? 0;
        if (belief > NEGLIGIBLE) model.addCall(call, belief);
        return call;
      });
    });
    return { model, calls, joins: new InheritedJoins(this.#spans, this.#links) };
  }

  #logRoot(model: CallModel, child: number): number {
    const operation = this.#operation(child);
    const share = this.#rootShares.get(operation) ?? 1;
    return model.logAlone(operation, this.#duration(child)) + Math.log(share + ROOT_FLOOR);
  }

  #believe(child: number, logs: readonly number[], rootLog: number): void {
    const sum = logSum([...logs, rootLog]);
    this.#beliefs[child] = logs.map((log) => Math.exp(log - sum));
  }

  #affinityOf({ parent, child }: Edge, joins: InheritedJoins): number {
    return this.#affinity.of(joins.fromAbove(parent), joins.fromBelow(child));
  }

  #countOf(index: number): number {
    return this.#counts.get(this.#operation(index)) ?? 1;
  }

  #operation(index: number): string {
    return this.#operations[index] ?? '';
  }

  #duration(index: number): number {
    const span = this.#spans[index];
    return span === undefined ? 0 : span.endSeconds - span.startSeconds;
  }
}

/** The slots of callers: one for each call that such a caller is known to make, and one more. */
class CallSlots {
  readonly #slots = new Map<number, { readonly index: number; readonly cost: number }[]>();
  size = 0;

  of(
    caller: number,
    costs: () => readonly number[],
  ): readonly { readonly index: number; readonly cost: number }[] {
    let slots = this.#slots.get(caller);
    if (slots === undefined) {
      slots = costs().map((cost) => ({ index: this.size++, cost }));
      this.#slots.set(caller, slots);
    }
    return slots;
  }
}

/** The parent whose slot was taken, with its odds against the other parents and none. */
function linkOf(
  { slot, regrets, noneRegret }: Taken,
  choices: readonly { readonly slot: number; readonly parent: number }[],
): ParentLink {
  const parent = choices.find((choice) => choice.slot === slot)?.parent;
  const regretOf = new Map<number | undefined, number>([[undefined, noneRegret]]);
  for (const [index, regret] of regrets.entries()) {
    const other = choices[index]?.parent;
    regretOf.set(other, Math.min(regret, regretOf.get(other) ?? Infinity));
  }
  const sum = [...regretOf.values()].reduce((total, regret) => total + Math.exp(-regret), 0);
  return { parent, confidence: Math.exp(-(regretOf.get(parent) ?? 0)) / sum };
}

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs, -Infinity);
  if (most === -Infinity) return -Infinity;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

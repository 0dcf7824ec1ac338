import { SPAN_KIND } from '../../../spans/span.ts';
import type { Join, Observed } from '../../../spans/infer/observed.ts';

/** What an operation does, one step after the other; the calls of one step are made at once. */
export interface Operation {
  readonly service: string;
  readonly name: string;
  /** Median of its own work before, between and after its calls, in milliseconds. */
  readonly workMs: number;
  readonly steps: readonly (readonly Call[])[];
}

interface Call {
  readonly to: string;
  /** How often it is made at all: a cache answers the rest. */
  readonly chance?: number;
  /** How often it fails and is made again. */
  readonly retry?: number;
}

export interface Simulation {
  readonly operations: Readonly<Record<string, Operation>>;
  /** Operations that clients ask for, evenly. */
  readonly asked: readonly string[];
  readonly clients: number;
  readonly requests: number;
  readonly seed: number;
  /** Whether each span knows its request's number. */
  readonly joined?: boolean;
  /** Times are rounded down to this. */
  readonly clockMs?: number;
}

export interface Simulated {
  readonly spans: readonly Observed[];
  /** By span, the index of its parent. */
  readonly parents: readonly (number | undefined)[];
}

/** The spans of clients that ask one thing after the other, in a system whose delays are independent and have long tails. */
export function simulate(simulation: Simulation): Simulated {
  const random = generator(simulation.seed);
  const spans: Observed[] = [];
  const parents: (number | undefined)[] = [];
  const delayMs = (medianMs: number): number =>
    medianMs * Math.exp(0.5 * normal(random)) * (random() < 0.02 ? 5 : 1);
  const round = (ms: number): number => {
    const { clockMs } = simulation;
    return clockMs === undefined ? ms : Math.floor(ms / clockMs) * clockMs;
  };

  /** Gives the end of the call, on the caller's side. */
  const run = (key: string, atMs: number, parent: number | undefined, joins: Join[]): number => {
    const operation = simulation.operations[key];
    if (operation === undefined) throw new Error(`no operation ${key}`);
    const { service, name, workMs, steps } = operation;
    const index = parents.length;
    parents.push(parent);
    const startMs = atMs + delayMs(0.5);
    let nowMs = startMs + delayMs(workMs);
    for (const step of steps) {
      const ends = step.map((call) => {
        if (random() >= (call.chance ?? 1)) return nowMs;
        let endMs = run(call.to, nowMs, index, joins);
        while (random() < (call.retry ?? 0)) endMs = run(call.to, endMs + delayMs(1), index, joins);
        return endMs;
      });
      nowMs = Math.max(nowMs, ...ends) + delayMs(workMs);
    }
    spans[index] = {
      service,
      instance: service,
      name,
      kind: SPAN_KIND.server,
      startSeconds: 1_795_363_200 + round(startMs) / 1000,
      endSeconds: 1_795_363_200 + round(nowMs) / 1000,
      failed: false,
      joins,
    };
    return nowMs + delayMs(0.5);
  };

  let request = 0;
  for (let client = 0; client < simulation.clients; client++) {
    let nowMs = random() * 50;
    while (request < (simulation.requests * (client + 1)) / simulation.clients) {
      const asked = simulation.asked[Math.floor(random() * simulation.asked.length)] ?? '';
      const joins = simulation.joined ? [{ name: 'request', value: `r${request}` }] : [];
      nowMs = run(asked, nowMs, undefined, joins) + delayMs(10);
      request++;
    }
  }
  return { spans, parents };
}

/** Numbers in [0, 1) from a seed: mulberry32, by Tommy Ettinger (public domain). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's normal deviate. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

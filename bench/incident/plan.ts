import { dice } from '../../services/dice.ts';

/** One `onelog fault` to come. */
export interface PlannedFault {
  readonly kind: string;
  readonly node: string;
  /** Undefined where the kind has no size. */
  readonly size: string | undefined;
  readonly seconds: number;
  readonly decoys: number;
  readonly seed: number;
}

type Roll = () => number;

interface Choice {
  readonly kind: string;
  /**
   * Payment where only its callers can feel it: what happens between PetStore and
   * the shoppers, who log no spans, is in no trace.
   */
  readonly nodes: readonly string[];
  readonly size?: (roll: Roll) => string;
}

const BOTH = ['payment', 'petstore'];
const PAYMENT = ['payment'];
const between = (roll: Roll, from: number, to: number): number => from + roll() * (to - from);

const CHOICES: readonly Choice[] = [
  { kind: 'cpu', nodes: BOTH, size: (roll) => `${Math.round(between(roll, 2, 4))}` },
  { kind: 'kill', nodes: PAYMENT, size: (roll) => `${Math.round(between(roll, 1, 3))}` },
  { kind: 'memory', nodes: BOTH, size: (roll) => `${Math.round(between(roll, 512, 2048))}MB` },
  { kind: 'pause', nodes: PAYMENT },
  { kind: 'disk', nodes: BOTH, size: (roll) => `${Math.round(between(roll, 8, 24))}GB` },
  { kind: 'port', nodes: PAYMENT },
  { kind: 'slow', nodes: PAYMENT, size: (roll) => `${Math.round(between(roll, 200, 2_000))}ms` },
  { kind: 'refuse', nodes: PAYMENT },
  { kind: 'errors', nodes: PAYMENT, size: (roll) => between(roll, 0.6, 1).toFixed(2) },
  { kind: 'loss', nodes: PAYMENT, size: (roll) => `${Math.round(between(roll, 20, 50))}` },
  { kind: 'delay', nodes: PAYMENT, size: (roll) => `${Math.round(between(roll, 50, 300))}` },
];

/** Faults without end, the kinds in turn, all else by the seed. */
export function* plannedFaults(seed: number, decoys: number): Generator<PlannedFault, never> {
  const roll = dice(seed);
  for (;;) {
    for (const { kind, nodes, size } of CHOICES) {
      yield {
        kind,
        node: nodes[Math.floor(roll() * nodes.length)] ?? 'payment',
        size: size?.(roll),
        seconds: Math.round(between(roll, 8, 14)),
        decoys,
        seed: Math.floor(roll() * 2 ** 31),
      };
    }
  }
}

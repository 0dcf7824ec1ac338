import type { Operation, Simulation } from './call-simulator.ts';

const operation = (
  service: string,
  workMs: number,
  ...steps: Operation['steps'][number][]
): Operation => ({ service, name: `${service} work`, workMs, steps });

/** Systems of several shapes, as `shape: what clients ask for, and what that does`. */
export const shapes: Readonly<Record<string, Pick<Simulation, 'asked' | 'operations'>>> = {
  chain: {
    asked: ['a'],
    operations: {
      a: operation('front', 3, [{ to: 'b' }]),
      b: operation('middle', 3, [{ to: 'c' }]),
      c: operation('back', 5),
    },
  },
  'fan-out': {
    asked: ['a'],
    operations: {
      a: operation('front', 3, [{ to: 'b' }, { to: 'c' }, { to: 'b' }]),
      b: operation('left', 8),
      c: operation('right', 5),
    },
  },
  sequence: {
    asked: ['a'],
    operations: {
      a: operation('front', 3, [{ to: 'b' }], [{ to: 'c' }], [{ to: 'd' }]),
      b: operation('first', 8),
      c: operation('second', 5),
      d: operation('third', 5),
    },
  },
  retries: {
    asked: ['a'],
    operations: {
      a: operation('front', 3, [{ to: 'b', retry: 0.3 }]),
      b: operation('flaky', 8),
    },
  },
  cache: {
    asked: ['a', 'x'],
    operations: {
      a: operation('front', 3, [{ to: 'b', chance: 0.3 }], [{ to: 'c' }]),
      x: { ...operation('front', 4, [{ to: 'c', chance: 0.5 }]), name: 'other work' },
      b: operation('database', 8),
      c: operation('prices', 4),
    },
  },
};

import type { FaultKind } from './fault-kind.ts';
import { cpu } from './kinds/cpu.ts';
import { delay } from './kinds/delay.ts';
import { disk } from './kinds/disk.ts';
import { errors } from './kinds/errors.ts';
import { kill } from './kinds/kill.ts';
import { loss } from './kinds/loss.ts';
import { memory } from './kinds/memory.ts';
import { pause } from './kinds/pause.ts';
import { port } from './kinds/port.ts';
import { refuse } from './kinds/refuse.ts';
import { slow } from './kinds/slow.ts';

/** All kinds of faults, in the order in which they are listed. */
export const FAULT_KINDS: readonly FaultKind[] = [
  cpu,
  memory,
  disk,
  kill,
  pause,
  port,
  refuse,
  loss,
  delay,
  slow,
  errors,
];

import type { TruthRecord } from '../../runner/faults/truth.ts';
import type { AnsweredEvent } from './ask.ts';

/** What a fault is, in the kinds of system events. */
const FAMILY: Readonly<Record<string, RegExp>> = {
  cpu: /^cpu\./,
  memory: /^(?:memory\.|oom)/,
  disk: /^io\./,
  kill: /^process\.(?:exit|signal)/,
  pause: /^process\.stopped/,
  port: /^port\.taken/,
  refuse: /^network\.(?:refused|reset)|^node\.command/,
  loss: /^network\./,
  delay: /^network\./,
  slow: /^node\.command/,
  errors: /^node\.command/,
};

/**
 * Whether an event names a fault, by what was really done alone: it is about a
 * process that did it (or that it was done to, where no other did), or it is of
 * the fault's kind and about the very node or its port. What is true of the
 * whole host, of a decoy, or of another node that suffers too is wrong; so is
 * what follows from the fault, such as the node's restart or its silence.
 */
export function isRight({ kind, about }: AnsweredEvent, truth: TruthRecord): boolean {
  const isOfKind = FAMILY[truth.kind]?.test(kind) ?? false;
  const didIt = truth.pids.filter((pid) => !truth.nodePids.includes(pid));
  if (about.pid !== undefined && didIt.includes(about.pid)) return true;
  const isAboutNode =
    about.node === truth.node ||
    (about.pid !== undefined && [...truth.pids, ...truth.nodePids].includes(about.pid)) ||
    (about.port !== undefined && truth.ports.includes(about.port));
  return isAboutNode && (isOfKind || (truth.kind === 'port' && FAMILY['kill']!.test(kind)));
}

import type { TruthRecord } from '../../runner/faults/truth.ts';
import type { AnsweredEvent } from './ask.ts';

/** What a fault is, in the kinds of system events. */
const FAMILY: Readonly<Record<string, RegExp>> = {
  cpu: /^cpu\./,
  memory: /^(?:memory\.|oom)/,
  disk: /^io\./,
  kill: /^process\.(?:exit|signal)/,
  pause: /^process\.stopped/,
  port: /^(?:port\.taken|process\.(?:exit|signal))/,
  refuse: /^network\.(?:refused|reset)|^node\.command/,
  loss: /^network\./,
  delay: /^network\./,
  slow: /^node\.command/,
  errors: /^node\.command/,
};

/** Who compares two looks knows only that it was between them. */
const LOOK_NANOS = 2_000_000_000n;

/**
 * Whether an event names a fault, by what was really done alone. It must be of
 * the fault's time, and about a process that did it; or of the fault's kind, and
 * about the very node, its port, or the process that it was done to. What is
 * true of the whole host, of a decoy, or of another node that suffers too is
 * wrong, and so is what follows from the fault or undoes it: the node's restart,
 * its silence, the command that has it be as before.
 */
export function isRight(event: AnsweredEvent, truth: TruthRecord): boolean {
  const { kind, about } = event;
  if (!isInTime(event, truth)) return false;
  const { pid, node, port } = about;
  const hasPid = (pids: readonly number[]): boolean => pid !== undefined && pids.includes(pid);
  if (
    hasPid(truth.pids.filter((each) => !truth.nodePids.includes(each))) &&
    truth.kind !== 'kill'
  ) {
    return true;
  }
  const isOfKind = FAMILY[truth.kind]?.test(kind) ?? false;
  const isAboutNode =
    node === truth.node ||
    hasPid([...truth.pids, ...truth.nodePids]) ||
    (port !== undefined && truth.ports.includes(port));
  return isOfKind && isAboutNode;
}

function isInTime(event: AnsweredEvent, truth: TruthRecord): boolean {
  const start = BigInt(truth.startTimeUnixNano);
  const end = BigInt(truth.endTimeUnixNano);
  const began = BigInt(event.startTimeUnixNano);
  // A second command undoes what the first has done.
  const last = event.kind === 'node.command' ? (start + end) / 2n : end;
  return BigInt(event.endTimeUnixNano) >= start - LOOK_NANOS && began <= last;
}

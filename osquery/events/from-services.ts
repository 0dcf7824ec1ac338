import type { LogEntry } from '../../log/entry.ts';
import { known, nanosOf, partsOfInstance, textOf } from './field.ts';
import type { Fact } from './observation.ts';
import type { SystemSubject } from './system-event.ts';

const WEIGHT = 10;

/**
 * What a node of the lab tells of commands that it took from its control
 * channel: `{"msg":"command accepted","command":"SetDelay",…}`. Somebody changed
 * how the process works, as a new configuration does.
 */
export function readService({ ts, node, instance, log }: LogEntry): Fact[] {
  if (log['msg'] !== 'command accepted') return [];
  const command = textOf(log['command']);
  if (command === undefined) return [];
  const at = nanosOf(ts);
  const pid = partsOfInstance(instance)?.pid;
  const about = known<SystemSubject>({ node, instance, pid });
  const summary = `${node} (pid ${pid ?? 'unknown'}) took the command ${command}`;
  return [
    { kind: 'node.command', of: node, about, summary, magnitude: WEIGHT, interval: [at, at] },
  ];
}

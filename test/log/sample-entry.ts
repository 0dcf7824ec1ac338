import type { JsonObject, LogEntry } from '../../log/entry.ts';

/** A line of PetStore's stdout with this log, and what else is given. */
export function sampleEntry(log: JsonObject, instead: Partial<LogEntry> = {}): LogEntry {
  const named = {
    ts: 1795363200.123456,
    node: 'petstore',
    instance: 'petstore@lab/1.2',
    stream: 'stdout',
    seq: 0,
  };
  return { ...named, log, text: JSON.stringify({ ...named, ...instead, log }), ...instead };
}

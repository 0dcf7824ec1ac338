import type { LogEntry } from '../../log/entry.ts';

/** Nodes that tell of the system, each with a stream of its own name; processes' streams have other names. */
const SYSTEM_SOURCES: ReadonlySet<string> = new Set([
  'vmstat',
  'pressure',
  'iostat',
  'processes',
  'network',
  'perf',
  'docker',
  'osquery',
]);

/** Whether the line is of a source of system events, not of a process. */
export function isSystemSource({ node, stream }: Pick<LogEntry, 'node' | 'stream'>): boolean {
  return stream === node && SYSTEM_SOURCES.has(stream);
}

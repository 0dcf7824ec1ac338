import { isTraceId } from '../../spans/boundary.ts';
import type { LogEntry } from '../../log/entry.ts';
import { readStored } from '../read-stored.ts';

const MAX_LINES = 500;

/** The lines of these traces in a stored firehose, in its order, and how many more there are. Throws a UserError. */
export async function traceLines(
  file: string,
  traceIds: ReadonlySet<string>,
): Promise<{ entries: LogEntry[]; more: number }> {
  const entries: LogEntry[] = [];
  let more = 0;
  for await (const piece of readStored([file])) {
    for (const entry of piece) {
      const traceId = entry.log['trace_id'];
      if (!isTraceId(traceId) || !traceIds.has(traceId)) continue;
      if (entries.length < MAX_LINES) entries.push(entry);
      else more++;
    }
  }
  return { entries, more };
}

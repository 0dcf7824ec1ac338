import type { IncidentAnalysis } from '../../incident/analysis.ts';
import type { LogEntry } from '../../log/entry.ts';
import { levelOf } from '../../log/level.ts';
import { SystemEvents } from '../../osquery/events/system-events.ts';
import { completeSpan, incompleteSpan, lateEndSpan } from '../../spans/closing.ts';
import { EntryLine } from '../../spans/entry-line.ts';
import { concernsSpans, pushEntry } from '../../spans/rebuild.ts';
import type { SpanEnding, SpanLines } from '../../spans/span-lines.ts';
import { SpanMachine } from '../../spans/span-machine.ts';
import { isPlainFirehose } from '../plain-firehose.ts';
import { readStored } from '../read-stored.ts';
import type { SpanSink } from '../span-sinks.ts';
import { traceLogs } from '../trace-logs.ts';

/** What was read. */
export interface EvidenceRead {
  readonly lines: number;
  /** How far a clock went: the time of the last line, in Unix seconds; undefined without lines. */
  readonly lastSeconds: number | undefined;
}

/**
 * Gives an analysis the spans and system events of logs: stored firehoses, or
 * foreign logs as far as `onelog spans` reads them. Memory is that of the
 * analysis. Throws a UserError for what cannot be read, and where nothing in it
 * tells of a span or an event.
 *
 * @param sinceSeconds Unix time: what a firehose has before it is left out
 */
export async function readEvidence(
  files: readonly string[],
  rules: string,
  analysis: IncidentAnalysis,
  sinceSeconds = 0,
): Promise<EvidenceRead> {
  const events = new SystemEvents();
  let lines = 0;
  let lastSeconds: number | undefined;
  const look = (entry: LogEntry): void => {
    lines++;
    lastSeconds = Math.max(lastSeconds ?? 0, entry.ts);
    analysis.pass(entry);
    for (const event of events.push(entry)) analysis.addEvent(event);
  };
  if (rules === 'auto' && files.every((file) => isPlainFirehose(file))) {
    await readFirehoses(readStored(files, sinceSeconds), analysis, look);
  } else {
    await traceLogs(files, { rules, look }, analysisSink(analysis));
  }
  for (const event of events.end()) analysis.addEvent(event);
  return { lines, lastSeconds };
}

async function readFirehoses(
  batches: AsyncIterable<readonly LogEntry[]>,
  analysis: IncidentAnalysis,
  look: (entry: LogEntry) => void,
): Promise<void> {
  const machine = new SpanMachine<EntryLine>(
    {
      complete: (open) => analysis.addSpan(completeSpan(withoutChatter(open))),
      incomplete: (open, ending) =>
        analysis.addSpan(incompleteSpan(withoutChatter(open), untilNow(ending, analysis))),
      lateEnd: (line) => analysis.addSpan(lateEndSpan(line)),
    },
    {},
  );
  for await (const entries of batches) {
    for (const entry of entries) {
      look(entry);
      if (concernsSpans(entry)) pushEntry(machine, entry, new EntryLine(entry));
    }
  }
  machine.end();
}

/** What is under way when the log ends has lasted until then. */
function untilNow(ending: SpanEnding, { range }: IncidentAnalysis): SpanEnding {
  return ending.kind === 'log-ended' && range !== undefined
    ? { ...ending, atSeconds: range.toMicros / 1e6 }
    : ending;
}

/** Most lines of a span tell nothing of incidents, and to make events of them takes as long as all else. */
function withoutChatter(open: SpanLines<EntryLine>): SpanLines<EntryLine> {
  return { ...open, lines: open.lines.filter(isTelling) };
}

function isTelling({ boundary, entry }: EntryLine): boolean {
  const { log } = entry;
  return (
    boundary !== undefined ||
    log['error'] !== undefined ||
    log['err'] !== undefined ||
    (levelOf(entry) ?? 0) >= ERROR_LEVEL
  );
}

/** In pino's numbers. */
const ERROR_LEVEL = 50;

function analysisSink(analysis: IncidentAnalysis): Pick<SpanSink, 'take'> {
  return {
    async take(spans) {
      for (const span of spans) analysis.addSpan(span);
    },
  };
}

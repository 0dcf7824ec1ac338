import { existsSync } from 'node:fs';
import { listSegments } from '../../log/log-segments.ts';
import { LabFolder } from '../lab-folder.ts';
import { isPlainFirehose } from '../plain-firehose.ts';
import { scanLog } from '../scan-log.ts';
import { traceLogs } from '../trace-logs.ts';
import { UserError } from '../user-error.ts';
import { readSpanFile } from './span-file.ts';
import { jaegerTraces } from './jaeger-traces.ts';
import { TraceCollector } from './trace-collector.ts';
import type { TraceChoice, Traces } from './trace-choice.ts';

/** Where traces are read from; the first that is named. */
export interface TraceSource {
  /** Jaeger's query URL. */
  readonly jaeger?: string;
  /** Spans: NDJSON, OTLP JSON or Jaeger JSON; `-` is stdin. */
  readonly file?: string;
  /** A log, of any format. Without it, that of the lab which runs here, or ran last. */
  readonly log?: string;
}

export interface ReadTraces {
  readonly traces: Traces;
  /** What was read, for people. */
  readonly name: string;
  /** What is missing or doubtful, for people. */
  readonly notes: readonly string[];
}

export interface ReadTracesOptions {
  /** Whether attributes, events and lines are needed. */
  readonly keeps: 'whole' | 'slim';
  /** Of each service, from Jaeger. */
  readonly limit: number;
}

/**
 * Reads traces, all of a log or file; a Jaeger is asked for those of the choice
 * only. Throws a UserError where there are none.
 */
export async function readTraces(
  source: TraceSource,
  choice: TraceChoice,
  { keeps, limit }: ReadTracesOptions,
): Promise<ReadTraces> {
  const collector = new TraceCollector(keeps);
  const notes: string[] = [];
  let name: string;
  if (source.jaeger !== undefined) {
    name = source.jaeger;
    const answer = await jaegerTraces(source.jaeger, choice, limit);
    collector.add(answer.spans);
    notes.push(...answer.notes);
  } else if (source.file !== undefined) {
    name = source.file === '-' ? 'stdin' : source.file;
    collector.add(await readSpanFile(source.file));
  } else {
    name = source.log ?? theLog();
    await readLog(name, collector);
  }
  if (collector.left > 0) {
    notes.push(`${collector.left} spans are beyond what memory is for, and left out`);
  }
  if (collector.traces.size === 0) throw nothingIn(name, source);
  return { traces: collector.traces, name, notes };
}

/** That of the running lab, or the last one here. */
function theLog(): string {
  const folder = new LabFolder(process.cwd());
  const log = folder.running()?.log ?? folder.defaultLog;
  if (existsSync(log) || listSegments(log).length > 0) return log;
  throw new UserError(
    `no lab has run here: there is no ${log}; name what to read by --log, --file or --jaeger`,
  );
}

async function readLog(log: string, collector: TraceCollector): Promise<void> {
  if (isPlainFirehose(log)) await scanLog(log, collector);
  else await traceLogs([log], { rules: 'auto' }, collector);
}

function nothingIn(name: string, { jaeger, file }: TraceSource): UserError {
  if (jaeger !== undefined) {
    return new UserError(
      `${name} has no such trace in the last three days; --from looks further back`,
      1,
    );
  }
  return new UserError(`${name}: expected spans, but there are none`, file === undefined ? 1 : 2);
}

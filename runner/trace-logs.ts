import type { LogEntry } from '../log/entry.ts';
import { FORMAT_NAMES } from '../log/detect.ts';
import { compileRules, type Rules } from '../rules/compile.ts';
import { Learner } from '../rules/learn.ts';
import { LogTracer, type TracerCounts } from '../spans/log-tracer.ts';
import type { Span } from '../spans/span.ts';
import { progressLine } from './progress-line.ts';
import { readLogs, type FileSummary, type ReadLogsOptions } from './read-logs.ts';
import { readRules } from './read-rules.ts';
import type { SpanSink } from './span-sinks.ts';
import { shownLines } from './shown-lines.ts';
import { UserError } from './user-error.ts';

export interface TraceLogsOptions extends ReadLogsOptions {
  /** `auto`: those that ship, and if nothing comes of them, learned ones; `none`; or a file or preset. */
  readonly rules: string;
  /** Shown each entry, in order, once. */
  readonly look?: (entry: LogEntry) => void;
}

/** What came of it. */
export interface Traced {
  readonly counts: TracerCounts;
  readonly summary: readonly FileSummary[];
  /** Lines that nothing was made of, the first few. */
  readonly examples: readonly string[];
  /** The rules that were learned, where none that ship were of use. */
  readonly learned?: string;
}

/** Presets whose patterns match nothing but the logs they are made for. */
const AUTOMATIC = ['petstore-text', 'payment-text', 'access-log'];
const EXAMPLES = 3;
/** Lines of stdin kept to be read once more with learned rules. */
const MAX_KEPT = 200_000;

/**
 * Traces logs of any kind and gives the spans to a sink. Throws a UserError
 * for files and rules that cannot be read, and where there are lines but
 * nothing could be made of any.
 */
export async function traceLogs(
  files: readonly string[],
  options: TraceLogsOptions,
  sink: Pick<SpanSink, 'take'>,
): Promise<Traced> {
  const isAuto = options.rules === 'auto';
  const rules = rulesOf(options.rules);
  const learner = new Learner();
  const kept: LogEntry[] = [];
  const logs = readLogs(files, options);
  const traced = await pass(lookedAt(logs, options.look), rules, !isAuto, sink, (entry) => {
    if (isAuto) learner.push(entry);
    if (isAuto && files.includes('-') && kept.length < MAX_KEPT) kept.push(entry);
  });
  const { summary } = logs;
  if (traced.counts.complete + traced.counts.incomplete > 0 || traced.counts.lines === 0) {
    return { ...traced, summary };
  }
  const learned = isAuto ? learner.learn(files.join(', ')) : undefined;
  // Without a rule it says only, in comments, what was looked at.
  if (learned?.rules.includes(' -> ')) {
    const again = files.includes('-') ? [kept] : readLogs(files, options);
    const second = await pass(
      again,
      [compileRules(learned.rules, 'learned')],
      true,
      sink,
      () => {},
    );
    if (second.counts.complete + second.counts.incomplete > 0) {
      return { ...second, summary, learned: learned.rules };
    }
  }
  throw nothingUnderstood(traced.examples, traced.counts.lines, options.rules);
}

async function* lookedAt(
  batches: AsyncIterable<readonly LogEntry[]>,
  look: TraceLogsOptions['look'],
): AsyncGenerator<readonly LogEntry[]> {
  for await (const entries of batches) {
    if (look !== undefined) for (const entry of entries) look(entry);
    yield entries;
  }
}

async function pass(
  batches: AsyncIterable<readonly LogEntry[]> | Iterable<readonly LogEntry[]>,
  rules: readonly Rules[],
  rulesComeFirst: boolean,
  sink: Pick<SpanSink, 'take'>,
  onLeftOver: (entry: LogEntry) => void,
): Promise<Pick<Traced, 'counts' | 'examples'>> {
  const examples: string[] = [];
  let spans: Span[] = [];
  const tracer = new LogTracer(
    ({ span }) => spans.push(span),
    (entry) => {
      if (examples.length < EXAMPLES) examples.push(entry.text);
      onLeftOver(entry);
    },
    { rules, rulesComeFirst },
  );
  const give = async (): Promise<void> => {
    const batch = spans;
    spans = [];
    if (batch.length > 0) await sink.take(batch);
  };
  const progress = progressLine();
  for await (const entries of batches) {
    for (const entry of entries) tracer.push(entry);
    await give();
    const { lines, complete } = tracer.counts;
    progress.show(`${lines} lines read, ${complete} spans complete`);
  }
  progress.show('inferring what is left …');
  tracer.end();
  await give();
  progress.clear();
  return { counts: tracer.counts, examples };
}

/** The rules that are tried on any log. */
export const automaticRules = (): Rules[] => AUTOMATIC.map((name) => readRules([name]));

function rulesOf(name: string): Rules[] {
  if (name === 'none') return [];
  return name === 'auto' ? automaticRules() : [readRules([name])];
}

function nothingUnderstood(examples: readonly string[], lines: number, rules: string): UserError {
  const tried =
    rules === 'auto'
      ? `tried: span boundaries, trace ids under all usual names, the rules ${AUTOMATIC.join(', ')}, rules learned from the log, and the formats ${FORMAT_NAMES.join(', ')}`
      : `tried: span boundaries, trace ids under all usual names, and the rules ${rules}`;
  return new UserError(
    `nothing in ${lines} lines tells of a span, such as:${shownLines(examples)}\n${tried}\n` +
      'write rules for it: onelog rules --learn LOG proposes some to begin with',
  );
}

import { isPlainFirehose } from '../plain-firehose.ts';
import { say } from '../say.ts';
import { withSkewsCorrected } from '../skew-sink.ts';
import { shownLines } from '../shown-lines.ts';
import { scanLog, type Scanned } from '../scan-log.ts';
import { printSpans, sendSpans, type SpanFormat } from '../span-sinks.ts';
import { traceLogs, type Traced } from '../trace-logs.ts';

export interface SpansOptions {
  readonly format: SpanFormat;
  readonly send?: string;
  readonly rules: string;
  readonly timezone: string;
  readonly slack: number;
  readonly correctSkew?: boolean;
}

/**
 * Makes spans of logs, and prints them or sends them to a collector. Stored
 * firehoses whose spans all tell their boundaries take a faster way to the same
 * spans. A summary goes to stderr.
 */
export async function spans(files: readonly string[], options: SpansOptions): Promise<void> {
  const target = options.send === undefined ? printSpans(options.format) : sendSpans(options.send);
  const sink = options.correctSkew ? withSkewsCorrected(target) : target;
  const [file = ''] = files;
  if (options.rules === 'auto' && files.length === 1 && isPlainFirehose(file)) {
    say(scannedSummary(await scanLog(file, sink)));
  } else {
    const { rules, timezone: timeZone, slack: slackSeconds } = options;
    say(tracedSummary(await traceLogs(files, { rules, timeZone, slackSeconds }, sink)));
  }
  await sink.end();
}

function scannedSummary({ scanned, rest, others }: Scanned): string {
  const { lines, duplicates } = scanned;
  const all = lines + others.count;
  const inSpans = scanned.inSpans + rest.inSpans;
  return [
    `${all} lines read, ${lines} understood, ${inSpans} in spans, ${all - inSpans} left over; ` +
      `spans: ${scanned.complete + rest.complete} complete, ${scanned.incomplete + rest.incomplete} incomplete, ${rest.inferred} inferred`,
    ...(duplicates > 0 ? [`${duplicates} lines are repeated`] : []),
    ...(others.count > 0
      ? [`${others.count} are no firehose lines, such as:${shownLines(others.examples)}`]
      : []),
  ].join('\n  ');
}

function tracedSummary({ counts, summary, examples, learned }: Traced): string {
  const { lines, inSpans, complete, incomplete, inferred } = counts;
  const notUnderstood = summary.reduce((sum, file) => sum + file.notUnderstood, 0);
  const read = summary.reduce((sum, file) => sum + file.lines, 0);
  return [
    `${read} lines read in ${lines} entries, ${read - notUnderstood} understood, ${inSpans} in spans, ${lines - inSpans} left over; ` +
      `spans: ${complete} complete, ${incomplete} incomplete, ${inferred} inferred`,
    ...summary.map(found),
    ...(examples.length > 0 ? [`left over, such as:${shownLines(examples)}`] : []),
    ...(learned === undefined
      ? []
      : ['by rules learned from it; see and correct them: onelog rules --learn LOG > my.rules']),
  ].join('\n  ');
}

function found({ file, formats, late, truncated }: Traced['summary'][number]): string {
  const what = [...formats].map(([format, count]) => `${format} ${count}`).join(', ');
  return (
    `${file}: ${what}` +
    (late > 0 ? `; ${late} entries later than the slack` : '') +
    (truncated === undefined ? '' : `; ${truncated}`)
  );
}

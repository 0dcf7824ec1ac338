import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { compareSpans, type Comparison } from '../../spans/compare.ts';
import type { MatchBy } from '../../spans/match-spans.ts';
import { readSpans } from '../../spans/read-spans.ts';
import { serviceName } from '../../spans/service-name.ts';
import type { Span } from '../../spans/span.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { UserError } from '../user-error.ts';

export interface CompareOptions {
  readonly by: MatchBy;
  readonly format: 'text' | 'json';
}

/** Compares rebuilt spans with the true ones, and prints how well they were rebuilt. Exit code 0: equal; 1: not. */
export async function compare(
  trueFile: string,
  rebuiltFile: string,
  options: CompareOptions,
): Promise<void> {
  if (trueFile === '-' && rebuiltFile === '-') {
    throw new UserError('expected one of the two files to be -, as there is one stdin');
  }
  const comparison = compareSpans(await spansIn(trueFile), await spansIn(rebuiltFile), options.by);
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(comparison)}\n` : report(comparison),
  );
  if (!comparison.equal) process.exitCode = 1;
}

async function spansIn(file: string): Promise<Span[]> {
  let spans: Span[];
  try {
    spans = readSpans(await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')));
  } catch (error) {
    const { message } = error as Error;
    const what = error instanceof SyntaxError ? message : `cannot be read: ${message}`;
    throw new UserError(`${file}: ${what}`);
  }
  if (spans.length > 0) return spans;
  throw new UserError(`${file}: expected spans, but there are none`);
}

function report({
  by,
  spans,
  parents,
  traces,
  differing,
  startErrorMicros: start,
  endErrorMicros: end,
  ...found
}: Comparison): string {
  const fields = Object.entries(differing).filter(([, count]) => count > 0);
  return [
    `matched by ${by === 'ids' ? 'trace and span ids' : 'service, name and time'}`,
    `spans    ${spans.matched} of ${spans.true} found, recall ${percent(spans.recall)}, precision ${percent(spans.precision)} of ${spans.rebuilt}`,
    `parents  ${parents.right} of ${parents.true} right, recall ${percent(parents.recall)}, precision ${percent(parents.precision)}; ${percent(parents.nearestRight)} of the spans found are below their nearest ancestor found`,
    `traces   ${traces.right} of ${traces.true} entirely right; ${traces.rightOfFound} in all that was found of them`,
    `starts   off by ${micros(start)}`,
    `ends     off by ${micros(end)}`,
    ...(fields.length === 0
      ? []
      : [`fields   ${fields.map(([name, count]) => `${count} with another ${name}`).join(', ')}`]),
    ...examples('lost', found.lost),
    ...examples('invented', found.invented),
    ...examples('misplaced', found.misplaced),
    '',
  ].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const micros = ({ median, p95, max }: Comparison['startErrorMicros']): string =>
  `${median} µs at the median, ${p95} µs at 95 %, ${max} µs at most`;

function examples(what: string, { count, examples: spans }: Comparison['lost']): string[] {
  if (count === 0) return [];
  return [
    `${count} ${what}${count > spans.length ? ', such as' : ''}`,
    ...spans.map((span) =>
      terminalText(
        `  ${serviceName(span)} ${span.name} (trace ${span.traceId}, span ${span.spanId})`,
      ),
    ),
  ];
}

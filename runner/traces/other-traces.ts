import { statSync } from 'node:fs';
import { UserError } from '../user-error.ts';
import { tryMoment } from './moment.ts';
import {
  readTraces,
  type ReadTraces,
  type ReadTracesOptions,
  type TraceSource,
} from './read-traces.ts';
import { isSpanFile } from './span-file.ts';
import { parseChoice, type TraceChoice } from './trace-choice.ts';

/** What is compared with: what was read, and what of it is chosen. */
interface OtherTraces {
  readonly read: ReadTraces;
  readonly choice: TraceChoice;
}

/**
 * What `--diff` names:
 *
 * - a file of spans or a log; of it the same is chosen, but for times
 * - a range of times `09:00..09:05`, either end may be left out; of the same
 *   source the same is chosen, but then
 * - words `service=petstore errors`, see `parseChoice`; of the same source that
 *   is chosen
 *
 * Throws a UserError for what is none of these.
 */
export async function otherTraces(
  other: string,
  source: TraceSource,
  choice: TraceChoice,
  options: ReadTracesOptions,
  own: ReadTraces,
): Promise<OtherTraces> {
  const { from: _, to: __, ...anyTime } = choice;
  if (statSync(other, { throwIfNoEntry: false })?.isFile()) {
    const file = isSpanFile(other) ? { file: other } : { log: other };
    return { read: await readTraces(file, anyTime, options), choice: anyTime };
  }
  const wanted = rangeOf(other) ?? wordsOf(other);
  const of = 'range' in wanted ? { ...anyTime, ...wanted.range } : wanted.words;
  // Only a Jaeger was asked for less than all.
  const read = source.jaeger === undefined ? own : await readTraces(source, of, options);
  return { read, choice: of };
}

function rangeOf(text: string): { range: Pick<TraceChoice, 'from' | 'to'> } | undefined {
  const [from, to, ...more] = text.split('..');
  if (from === undefined || to === undefined || more.length > 0 || from + to === '')
    return undefined;
  if ([from, to].some((end) => end !== '' && tryMoment(end, 0) === undefined)) return undefined;
  return { range: { ...(from !== '' && { from }), ...(to !== '' && { to }) } };
}

function wordsOf(text: string): { words: TraceChoice } {
  if (/^(?:errors\b|[a-z-]+=)/.test(text)) return { words: parseChoice(text) };
  throw new UserError(
    `--diff: expected a file of spans or a log (there is none of this name), times such as 09:00..09:05, or words such as 'service=petstore errors', not ${JSON.stringify(text)}`,
  );
}

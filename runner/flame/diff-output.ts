import { terminalText } from '../../log/terminal-text.ts';
import { frameLabel } from '../../spans/flame/call-tree.ts';
import { diffCallTrees } from '../../spans/flame/diff.ts';
import { durationText } from '../../spans/flame/duration-text.ts';
import { foldedDiffLines } from '../../spans/flame/formats/folded.ts';
import { speedscopeFile } from '../../spans/flame/formats/speedscope.ts';
import { flameDiffSvg } from '../../spans/flame/formats/svg.ts';
import { growth, type Change, type Growth, type GrowthBy } from '../../spans/flame/growth.ts';
import type { Weight } from '../../spans/flame/measured-trace.ts';
import { UserError } from '../user-error.ts';
import type { FlameFormat, Output } from './flame-output.ts';
import type { TraceSet } from './trace-set.ts';

interface DiffOptions {
  readonly weight: Weight;
  readonly by: GrowthBy;
}

/** Of those that grew most, in the picture and on stderr. */
const SHOWN = 3;

/** What has changed from one set of traces to another. Throws a UserError for a format that has no room for two. */
export function diffOutput(
  before: TraceSet,
  after: TraceSet,
  format: FlameFormat,
  { weight, by }: DiffOptions,
): Output {
  const operations = growth(before.traces, after.traces, by);
  const notes = [
    `before: ${before.name}`,
    ...before.notes.map((note) => `before: ${note}`),
    ...after.notes.map((note) => `after: ${note}`),
    ...sharedTraces(before, after),
    ...grownMost(operations, by),
  ];
  const what = weight === 'critical' ? 'Critical path: change' : 'Change';
  const content = contentOf({ before, after, operations, by }, format, {
    title: `${what} to ${after.name}`,
    notes,
  });
  return { content, notes };
}

interface Diff {
  readonly before: TraceSet;
  readonly after: TraceSet;
  readonly operations: readonly Growth[];
  readonly by: GrowthBy;
}

function contentOf(
  { before, after, operations, by }: Diff,
  format: FlameFormat,
  headings: { readonly title: string; readonly notes: readonly string[] },
): Iterable<string | Uint8Array> {
  switch (format) {
    case 'svg':
      return [flameDiffSvg(diffCallTrees(before.tree, after.tree), by, headings)];
    case 'folded':
      return foldedDiffLines(diffCallTrees(before.tree, after.tree));
    case 'speedscope': {
      const sides = [
        { name: `before: ${before.name}`, tree: before.tree },
        { name: `after: ${after.name}`, tree: after.tree },
      ];
      return [`${JSON.stringify(speedscopeFile(headings.title, sides))}\n`];
    }
    case 'text':
      return table(operations, before, after);
    case 'json':
      return [`${JSON.stringify(jsonOf({ before, after, operations, by }, headings.notes))}\n`];
    case 'pprof':
    case 'perfetto':
      throw new UserError(
        `--diff: ${format} has no room for two sets of traces; expected svg, folded, speedscope, text or json` +
          (format === 'pprof' ? ', or a file of each for go tool pprof -diff_base' : ''),
      );
  }
}

/** A trace that is on both sides has not changed, and makes all look more alike than it is. */
function sharedTraces(before: TraceSet, after: TraceSet): string[] {
  const idsOf = ({ traces }: TraceSet): Set<string | undefined> =>
    new Set(traces.map(({ tree }) => tree.nodes[0]?.span.traceId));
  const shared = idsOf(before).intersection(idsOf(after)).size;
  return shared === 0 ? [] : [`${shared} traces are on both sides`];
}

function grownMost(operations: readonly Growth[], by: GrowthBy): string[] {
  const sure = operations.filter((operation) => {
    const { isSure, difference } = changeOf(operation, by);
    return isSure && difference > 0;
  });
  if (sure.length === 0) return ['no operation grew for sure'];
  const texts = sure
    .slice(0, SHOWN)
    .map(
      (operation) =>
        `${terminalText(frameLabel(operation))} ${changeText(changeOf(operation, by), unitOf(by))}`,
    );
  return [`grew most, a trace: ${texts.join('; ')}`];
}

const changeOf = ({ selfNanos, calls }: Growth, by: GrowthBy): Change =>
  by === 'duration' ? selfNanos : calls;

type Unit = (value: number) => string;

const countText: Unit = (value) => String(Number(value.toPrecision(3)));

const unitOf = (by: GrowthBy): Unit => (by === 'duration' ? durationText : countText);

const changeText = ({ difference, margin }: Change, unit: Unit): string =>
  `${difference >= 0 ? '+' : '−'}${unit(Math.abs(difference))}${margin === undefined ? '' : ` ± ${unit(margin)}`}`;

const COLUMNS = [
  'self before',
  'after',
  'change ± 95 %',
  'sure',
  'calls before',
  'after',
  'change ± 95 %',
  'sure',
];

function* table(
  operations: readonly Growth[],
  before: TraceSet,
  after: TraceSet,
): Generator<string> {
  const rows = [
    COLUMNS,
    ...operations.map(({ selfNanos, calls }) => [
      ...cells(selfNanos, durationText),
      ...cells(calls, countText),
    ]),
  ];
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  yield `before  ${before.name}\nafter   ${after.name}\n`;
  yield `a trace on average, n = ${before.traces.length} and ${after.traces.length}; self is a span's own time; sure: chance does it less than 1 time in 20 (t-tests by Welch and Student, Holm's correction)\n\n`;
  for (const [index, row] of rows.entries()) {
    const operation = operations[index - 1];
    const label = operation === undefined ? 'operation' : terminalText(frameLabel(operation));
    yield `${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')}  ${label}\n`;
  }
}

const cells = (change: Change, unit: Unit): string[] => [
  unit(change.before),
  unit(change.after),
  changeText(change, unit),
  change.pValue === undefined ? 'n < 2' : change.isSure ? 'yes' : 'no',
];

function jsonOf({ before, after, operations, by }: Diff, notes: readonly string[]): object {
  const side = ({ name, tree: { traces, spans, totalNanos } }: TraceSet): object => ({
    name,
    traces,
    spans,
    totalNanos,
  });
  return { by, before: side(before), after: side(after), notes, operations };
}

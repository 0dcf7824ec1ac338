import { servicesWork } from '../../spans/services-work.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { callTreeOf, frameLabel, type CallTree } from '../../spans/flame/call-tree.ts';
import { measureTrace, type MeasuredTrace, type Weight } from '../../spans/flame/measured-trace.ts';
import { problemText } from '../../spans/trace-tree.ts';
import type { ReadTraces } from '../traces/read-traces.ts';
import { chosenTraces, choiceText, type TraceChoice } from '../traces/trace-choice.ts';

/** The traces that are drawn, measured. */
export interface TraceSet {
  readonly traces: readonly MeasuredTrace[];
  readonly tree: CallTree;
  /** What they are, for people. */
  readonly name: string;
  /** What is missing or doubtful, for people. */
  readonly notes: readonly string[];
}

/** Throws a UserError where none is chosen. */
export function traceSet(read: ReadTraces, choice: TraceChoice, weight: Weight): TraceSet {
  const traces = chosenTraces(read.traces, choice).map((spans) =>
    measureTrace(servicesWork(spans), weight),
  );
  const tree = callTreeOf(traces);
  return {
    traces,
    tree,
    name: terminalText(nameOf(read, choice, traces, tree)),
    notes: [...read.notes, ...notesOf(tree)],
  };
}

function nameOf(
  read: ReadTraces,
  choice: TraceChoice,
  traces: readonly MeasuredTrace[],
  { roots }: CallTree,
): string {
  const [only] = traces;
  if (traces.length === 1 && only !== undefined) {
    const root = roots[0] === undefined ? '' : `${frameLabel(roots[0])}, `;
    return `${root}trace ${only.tree.nodes[0]?.span.traceId}`;
  }
  const which = choiceText(choice);
  return `${traces.length} traces of ${read.name}${which === '' ? '' : `: ${which}`}`;
}

function notesOf({ problems, warned, cut }: CallTree): string[] {
  return [
    ...[...problems].map(([problem, count]) => problemText(problem, count)),
    ...(warned > 0
      ? [
          `${warned} ${warned === 1 ? 'span was' : 'spans were'} repaired or inferred, or are incomplete`,
        ]
      : []),
    ...(cut > 0 ? [`${cut} spans are called too deep to be shown by themselves`] : []),
  ];
}

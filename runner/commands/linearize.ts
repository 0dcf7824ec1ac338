import { writeFileSync } from 'node:fs';
import { allowedAnswers } from '../../driver/allowed.ts';
import { checkLinearizability, type Verdict } from '../../driver/linearizability.ts';
import type { Model } from '../../driver/model.ts';
import type { Operation } from '../../driver/operation.ts';
import { svg } from '../../driver/svg.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { readHistory, type ModelName } from '../driving/read-history.ts';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';

export interface LinearizeOptions {
  readonly model?: ModelName;
  /** Seconds. */
  readonly timeLimit: number;
  readonly svg?: string;
  readonly format: 'text' | 'json';
}

/** Operations of a valid prefix that are printed: the last ones tell most. */
const MAX_SHOWN = 40;

const EXIT_CODE = { linearizable: 0, 'not linearizable': 1, unknown: 3 } as const;

/** Checks a recorded history. The exit code is 0 if it is linearizable, 1 if not, and 3 if that is not known. */
export async function linearize(file: string, options: LinearizeOptions): Promise<void> {
  readHistory(file, options.model, (model, history) => {
    const deadlineMs = performance.now() + options.timeLimit * 1e3;
    const verdict = checkLinearizability(model, history, {
      isTimeUp: () => performance.now() > deadlineMs,
    });
    if (options.svg !== undefined) draw(options.svg, model, history, verdict);
    const lines =
      options.format === 'json'
        ? [JSON.stringify(jsonOf(model, history, verdict))]
        : textOf(model, history, verdict).map(terminalText);
    process.stdout.write(`${lines.join('\n')}\n`);
    process.exitCode = EXIT_CODE[verdict.is];
  });
}

function draw<State, Input, Output>(
  file: string,
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  verdict: Verdict<State, Input, Output>,
): void {
  if (verdict.is === 'unknown') return say(`${file} is not drawn: no order is known`);
  // Of an invalid history the part that is to blame, of a valid one all.
  const picture =
    verdict.is === 'linearizable'
      ? svg(model, history, verdict.found)
      : svg(model, verdict.found.operations, [verdict.found]);
  try {
    writeFileSync(file, picture);
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

function textOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  verdict: Verdict<State, Input, Output>,
): string[] {
  const clients = new Set(history.map(({ client }) => client)).size;
  const what = `${history.length} operations of ${clients} clients`;
  if (verdict.is === 'linearizable') return [`linearizable: ${what}`];
  if (verdict.is === 'unknown') {
    const more = verdict.limit === 'time' ? ' (--time-limit gives it more)' : '';
    return [`unknown: ${what}; the limit of ${verdict.limit} was met${more}`];
  }
  const { linearized, stuck, operations } = verdict.found;
  const left = linearized.length - MAX_SHOWN;
  return [
    `not linearizable: ${what}`,
    '',
    stuck === undefined ? '' : `Nothing explains the return${where(stuck)}: ${shown(model, stuck)}`,
    `Possible here: ${allowedAnswers(model, verdict.found)}`,
    '',
    `The longest valid prefix ends before it. ${linearized.length} of the ${operations.length} operations that have to do with it, in an order that is valid:`,
    ...(left > 0 ? [`  … ${left} more`] : []),
    ...linearized.slice(-MAX_SHOWN).map((operation) => `  ${shown(model, operation)}`),
  ];
}

const where = ({ returnLine }: { readonly returnLine?: number }): string =>
  returnLine === undefined ? '' : ` in line ${returnLine}`;

function shown<State, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
): string {
  const answer =
    operation.return === undefined ? 'no answer' : model.describeOutput(operation.output);
  return `client ${operation.client}: ${model.describe(operation.input)} → ${answer}`;
}

function jsonOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  verdict: Verdict<State, Input, Output>,
): object {
  const answer = { verdict: verdict.is, operations: history.length };
  if (verdict.is === 'linearizable') return answer;
  if (verdict.is === 'unknown') return { ...answer, limit: verdict.limit };
  const { linearized, stuck } = verdict.found;
  return { ...answer, stuck, allowed: allowedAnswers(model, verdict.found), prefix: linearized };
}

import type { LogEntry } from '../../log/entry.ts';
import type { RuleAction } from '../../rules/action.ts';
import { compileRules } from '../../rules/compile.ts';
import { RuleMachine, type RuleCounts } from '../../rules/machine.ts';
import { sampleEntry } from '../log/sample-entry.ts';

/** Lines of a log: a text is what it says, an object what its process wrote, `+5` seconds that pass (one a line otherwise). */
export function entriesOf(lines: readonly (string | object)[], node = 'shop'): LogEntry[] {
  let ts = 1_000;
  return lines.flatMap((line, seq) => {
    const pause = typeof line === 'string' ? /^\+(\d+)$/.exec(line) : null;
    ts += pause === null ? 1 : Number(pause[1]);
    if (pause !== null) return [];
    const log = typeof line === 'string' ? { message: line } : (line as LogEntry['log']);
    return [sampleEntry(log, { ts, node, instance: `${node}@lab/1.2`, seq })];
  });
}

/** What rules make of a log. */
export function ran(
  rules: string,
  entries: readonly LogEntry[],
  options = {},
): { actions: RuleAction[]; counts: RuleCounts } {
  const actions: RuleAction[] = [];
  const compiled = compileRules(rules, 'test.rules');
  const machine = new RuleMachine(compiled, (action) => actions.push(action), options);
  for (const entry of entries) machine.push(entry);
  machine.end();
  return { actions, counts: machine.counts };
}

/** The rows alone, by their values. */
export const rowsOf = (rules: string, lines: readonly (string | object)[]): unknown[] =>
  ran(rules, entriesOf(lines)).actions.flatMap((action) =>
    action.kind === 'row' ? [action.values] : [],
  );

/** Spans in short: name, start and end since 1000, parent's name, and why it is incomplete. */
export function spansOf(actions: readonly RuleAction[]): string[] {
  const names = new Map(
    actions.flatMap((action) =>
      action.kind === 'span' ? [[action.id, action.name] as const] : [],
    ),
  );
  return actions.flatMap((action) => {
    if (action.kind !== 'span') return [];
    const { name, startSeconds, endSeconds, parentId, incomplete } = action;
    const within = parentId === undefined ? '' : ` in ${names.get(parentId)}`;
    const why = incomplete === undefined ? '' : ` (${incomplete})`;
    return [`${name} ${startSeconds - 1000}-${endSeconds - 1000}${within}${why}`];
  });
}

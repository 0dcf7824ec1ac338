import { unknownNames } from './names.ts';
import { Dispatch } from './dispatch.ts';
import { compileAction, type Perform } from './compile-action.ts';
import {
  compileConditions,
  compileExpression,
  compileReference,
  compileRegExp,
  type Evaluate,
  type Match,
} from './evaluate.ts';
import { parse } from './parse.ts';
import { Pattern } from './pattern.ts';
import { RulesError } from './rules-error.ts';
import type { Scope } from './scope.ts';
import type { Action, KeyPart, MachineSyntax, RuleSyntax, RulesSyntax } from './syntax.ts';
import { textOf } from './value.ts';

/** A rules file, ready to run. */
export interface Rules {
  readonly file: string;
  readonly machines: readonly Machine[];
  /** The columns of each table that rules emit rows of, in their order. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
}

/** One transducer, as a table: for each state, what may be read in it and what is done then. */
export interface Machine {
  readonly name: string;
  readonly only: Match;
  readonly scope: MachineSyntax['scope'];
  /** Gives the key; undefined where a line has none. */
  readonly key: Evaluate;
  /** Whether it needs what a rule captured, so that rules are tried before the key is known. */
  readonly keyIsCaptured: boolean;
  readonly service: Evaluate | undefined;
  readonly states: readonly StateTable[];
  /** What may be read in any state, for keys that are not known before. */
  readonly all: Dispatch;
  readonly last: readonly Perform[];
  readonly opensSpans: boolean;
  /** Counters that are 0 before anything is counted. */
  readonly zeros: readonly string[];
}

export interface StateTable {
  readonly name: string;
  readonly dispatch: Dispatch;
  readonly after: { readonly seconds: number; readonly actions: readonly Perform[] } | undefined;
}

/** A rule that reads a line. */
export interface Alternative {
  /** The index of the rule, by which those of one machine are ordered. */
  readonly order: number;
  /** Whether it is one of this state's. */
  readonly states: ReadonlySet<number> | undefined;
  /** The message of a line that it reads has this text in it. */
  readonly required: string;
  /** It reads only lines where this place of the entry has this text. */
  readonly equal: ReadonlyMap<string, string>;
  readonly match: Match;
  readonly actions: readonly Perform[];
}

/** The state of a key that has just been met; of a machine without `state` lines, the only one. */
export const FIRST_STATE = 0;

/**
 * Compiles a rules file to tables; `fileName` is for errors. Throws a RulesError
 * with line and column for what is not the language, and for names and states
 * that nothing defines.
 */
export function compileRules(text: string, fileName: string): Rules {
  return compile(parse(text, fileName));
}

/** The same of what has been parsed. */
export function compile(syntax: RulesSyntax): Rules {
  const [unknown] = unknownNames(syntax);
  if (unknown !== undefined) {
    const { place, expected, name } = unknown;
    throw new RulesError(syntax.file, place, expected, JSON.stringify(name));
  }
  return {
    file: syntax.file,
    machines: syntax.machines.map(compileMachine),
    tables: tablesOf(syntax),
  };
}

/** Several rules files, run as one. */
export function combined(all: readonly Rules[]): Rules {
  const tables = new Map<string, readonly string[]>();
  for (const [row, columns] of all.flatMap(({ tables }) => [...tables])) {
    tables.set(row, [...new Set([...(tables.get(row) ?? []), ...columns])]);
  }
  return {
    file: all.map(({ file }) => file).join(', '),
    machines: all.flatMap(({ machines }) => machines),
    tables,
  };
}

function tablesOf({ machines }: RulesSyntax): Map<string, readonly string[]> {
  const tables = new Map<string, string[]>();
  for (const { rules } of machines) {
    for (const action of rules.flatMap(({ actions }) => actions)) {
      if (action.verb !== 'emit') continue;
      const columns = tables.get(action.row) ?? [];
      columns.push(
        ...action.columns.map(({ name }) => name).filter((name) => !columns.includes(name)),
      );
      tables.set(action.row, columns);
    }
  }
  return tables;
}

function compileMachine(machine: MachineSyntax): Machine {
  const names = machine.states.length === 0 ? [''] : machine.states.map(({ name }) => name);
  const compileActions = (actions: readonly Action[]): Perform[] =>
    actions.map((action) => compileAction(action, names));
  const alternatives = machine.rules.flatMap((rule, order) =>
    rule.when.kind === 'line'
      ? [alternative(rule, order, names, compileActions(rule.actions))]
      : [],
  );
  const states = names.map((name, state): StateTable => {
    const after = machine.rules.findLast(
      ({ when, states }) => when.kind === 'after' && (states.length === 0 || states.includes(name)),
    );
    return {
      name,
      dispatch: new Dispatch(alternatives.filter(({ states }) => states?.has(state) ?? true)),
      after:
        after?.when.kind === 'after'
          ? { seconds: after.when.seconds, actions: compileActions(after.actions) }
          : undefined,
    };
  });
  return {
    name: machine.name,
    only: compileConditions(machine.only),
    scope: machine.scope,
    key: compileKey(machine.key),
    keyIsCaptured: machine.key.some((parts) => parts.some(isCapture)),
    service: machine.service && compileExpression(machine.service),
    states,
    all: new Dispatch(alternatives),
    last: machine.rules
      .filter(({ when }) => when.kind === 'finally')
      .flatMap(({ actions }) => compileActions(actions)),
    opensSpans: machine.rules.some(({ actions }) => actions.some(({ verb }) => verb === 'open')),
    zeros: machine.rules.flatMap(({ actions }) =>
      actions.flatMap((action) =>
        action.verb === 'count' || action.verb === 'sum' ? [action.counter] : [],
      ),
    ),
  };
}

function alternative(
  { states, when }: RuleSyntax,
  order: number,
  names: readonly string[],
  actions: readonly Perform[],
): Alternative {
  const conditions = when.kind === 'line' ? when.conditions : [];
  const equal = new Map<string, string>();
  let required = '';
  for (const condition of conditions) {
    if (
      condition.kind === 'compare' &&
      condition.operator === '==' &&
      condition.subject.kind === 'lens' &&
      condition.subject.type === undefined &&
      typeof condition.operand === 'string'
    ) {
      equal.set(condition.subject.text, condition.operand);
    }
    const text = requiredText(condition);
    if (text.length > required.length) required = text;
  }
  return {
    order,
    states: states.length === 0 ? undefined : new Set(states.map((name) => names.indexOf(name))),
    required,
    equal,
    match: compileConditions(conditions),
    actions,
  };
}

function requiredText(condition: Parameters<typeof compileConditions>[0][number]): string {
  if (condition.kind === 'text') return condition.text;
  if (
    condition.kind !== 'regexp' ||
    condition.subject.kind !== 'name' ||
    condition.subject.name !== 'message'
  )
    return '';
  return new Pattern(condition.source, condition.flags).required[0] ?? '';
}

const isCapture = (part: KeyPart): boolean =>
  part.kind === 'name' && part.name !== 'message' && part.name !== 'line';

/** The first alternative of which a line has all parts, as text; `''` where there are none to have. */
function compileKey(key: MachineSyntax['key']): Evaluate {
  if (key.length === 0) return () => '';
  const alternatives = key.map((parts) => parts.map(compileKeyPart));
  return (scope) => {
    for (const parts of alternatives) {
      let text: string | undefined;
      for (const part of parts) {
        const value = part(scope);
        if (value === undefined || value === null) {
          text = undefined;
          break;
        }
        text = text === undefined ? textOf(value) : `${text}\t${textOf(value)}`;
      }
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function compileKeyPart(part: KeyPart): Evaluate {
  if (part.kind !== 'regexp') return compileReference(part);
  const match = compileRegExp(part);
  return (scope: Scope) => {
    const captures = match(scope);
    const values = captures && Object.values(captures).filter((value) => value !== undefined);
    return values?.length ? values.join('\t') : undefined;
  };
}

import { lens } from '../log/lens.ts';
import { Pattern, type Captures } from './pattern.ts';
import { NO_CAPTURES, type Scope } from './scope.ts';
import type { Condition, Expression, Reference, RegExpCondition } from './syntax.ts';
import { FUNCTION, numberOf, orderOf, textOf, typed, type Value } from './value.ts';

/** Gives the value of an expression; undefined where a part of it has none. */
export type Evaluate = (scope: Scope) => Value;

/** Gives what the conditions capture, or undefined if one of them does not hold. */
export type Match = (scope: Scope) => Captures | undefined;

export function compileExpression(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'name':
    case 'lens':
      return compileReference(expression);
    case 'template': {
      const parts = expression.parts.map((part) =>
        typeof part === 'string' ? () => part : compileExpression(part),
      );
      return (scope) => parts.reduce((text, part) => text + textOf(part(scope)), '');
    }
    case 'call': {
      const argument = compileExpression(expression.argument);
      const call = FUNCTION[expression.name];
      return (scope) => {
        const value = argument(scope);
        return value === undefined ? undefined : call(textOf(value));
      };
    }
    case 'arithmetic': {
      const left = compileExpression(expression.left);
      const right = compileExpression(expression.right);
      const compute = ARITHMETIC[expression.operator];
      return (scope) => {
        const result = compute(
          numberOf(left(scope)) ?? Number.NaN,
          numberOf(right(scope)) ?? Number.NaN,
        );
        return Number.isFinite(result) ? result : undefined;
      };
    }
  }
}

const ARITHMETIC = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
};

/** Names that every rule knows. */
export const BUILT_IN = ['message', 'line', 'key'] as const;

export function compileReference(reference: Reference): Evaluate {
  const { type } = reference;
  const look = reference.kind === 'lens' ? entryLens(reference.text) : named(reference.name);
  if (type === undefined) return look;
  return (scope) => typed(look(scope), type, scope.line.entry.ts);
}

function entryLens(text: string): Evaluate {
  const look = lens(text);
  return ({ line }) => look(line.entry);
}

function named(name: string): Evaluate {
  switch (name as (typeof BUILT_IN)[number]) {
    case 'message':
      return ({ line }) => line.message;
    case 'line':
      return ({ line }) => line.line;
    case 'key':
      return ({ key }) => key;
    default:
      return ({ captures, counters }) =>
        (Object.hasOwn(captures, name) ? captures[name] : undefined) ?? counters.get(name);
  }
}

/** Conditions in their order: later ones may look at what earlier ones captured. */
export function compileConditions(conditions: readonly Condition[]): Match {
  const matches = conditions.map(compileCondition);
  const [only] = matches;
  if (only === undefined) return () => NO_CAPTURES;
  if (matches.length === 1) return only;
  return (scope) => {
    let within = scope;
    for (const match of matches) {
      const captured = match(within);
      if (captured === undefined) return undefined;
      if (captured !== NO_CAPTURES) {
        within = { ...within, captures: { ...within.captures, ...captured } };
      }
    }
    return within === scope ? NO_CAPTURES : within.captures;
  };
}

function compileCondition(condition: Condition): Match {
  switch (condition.kind) {
    case 'regexp':
      return compileRegExp(condition);
    case 'text':
      return ({ line }) => (line.says(condition.text) ? NO_CAPTURES : undefined);
    case 'exists': {
      const look = compileReference(condition.subject);
      return (scope) => (look(scope) === undefined ? undefined : NO_CAPTURES);
    }
    case 'compare': {
      const look = compileReference(condition.subject);
      const { operand } = condition;
      const holds = HOLDS[condition.operator];
      return (scope) => (holds(orderOf(look(scope), operand)) ? NO_CAPTURES : undefined);
    }
  }
}

/** `!=` is the opposite of `==`; the others are false where nothing is found. */
const HOLDS = {
  '==': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
};

export function compileRegExp({ subject, source, flags }: RegExpCondition): Match {
  const look = compileReference(subject);
  const pattern = new Pattern(source, flags);
  return (scope) => {
    const text = look(scope);
    return text === undefined ? undefined : pattern.match(textOf(text));
  };
}

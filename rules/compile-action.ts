import type { JsonValue } from '../log/entry.ts';
import {
  compileConditions,
  compileExpression,
  compileReference,
  type Evaluate,
} from './evaluate.ts';
import type { Scope } from './scope.ts';
import type { Action, ActionVerb, Times } from './syntax.ts';
import { numberOf, textOf, type Value } from './value.ts';
import type { TimesTold, Work } from './work.ts';

/** One action of a rule, ready to be done. */
export type Perform = (work: Work) => void;

/** `states` are the names of the machine's states, by their indices. */
export function compileAction(action: Action, states: readonly string[]): Perform {
  const perform = compileVerb(action, states);
  if (action.only.length === 0) return perform;
  const holds = compileConditions(action.only);
  return (work) => {
    if (holds(work.scope) !== undefined) perform(work);
  };
}

function compileVerb(action: ActionVerb, states: readonly string[]): Perform {
  switch (action.verb) {
    case 'open': {
      const name = compileExpression(action.name);
      return (work) => work.open(textOf(name(work.scope)), action.spanKind, action.label);
    }
    case 'close':
      return (work) => work.close(action.label);
    case 'span': {
      const name = compileExpression(action.name);
      const times = compileTimes(action);
      return (work) => work.span(textOf(name(work.scope)), action.spanKind, times(work.scope));
    }
    case 'start':
    case 'end':
      return compileBoundary(action);
    case 'set': {
      const value = compileExpression(action.value);
      return (work) => work.set(action.name, value(work.scope));
    }
    case 'join': {
      const value = compileExpression(action.value);
      return (work) => work.join(action.name, value(work.scope));
    }
    case 'keep': {
      const values = action.names.map((reference) => ({
        name: reference.name,
        value: compileReference(reference),
      }));
      return (work) => {
        for (const { name, value } of values) work.set(name, value(work.scope));
      };
    }
    case 'event': {
      const name = compileExpression(action.name);
      return (work) => work.event(textOf(name(work.scope)));
    }
    case 'trace':
    case 'id':
    case 'parent': {
      const value = compileExpression(action.value);
      const which = ID[action.verb];
      return (work) => work.identify(which, value(work.scope));
    }
    case 'http': {
      const value = compileExpression(action.value);
      return (work) => {
        const status = numberOf(value(work.scope));
        if (status !== undefined) work.http(status);
      };
    }
    case 'ok':
    case 'error': {
      const message = action.message && compileExpression(action.message);
      return (work) => work.status(action.verb, textOf(message?.(work.scope)));
    }
    case 'goto': {
      const state = states.indexOf(action.state);
      return (work) => {
        work.nextState = state;
      };
    }
    case 'done':
      return (work) => {
        work.isDone = true;
      };
    case 'emit': {
      const columns = action.columns.map(({ name, value }) => ({
        name,
        value: compileExpression(value),
      }));
      return (work) =>
        work.row(
          action.row,
          Object.fromEntries(columns.map(({ name, value }) => [name, value(work.scope) ?? null])),
        );
    }
    case 'count':
      return (work) => work.count(action.counter, 1, FOLD.sum);
    case 'sum':
    case 'min':
    case 'max':
    case 'first':
    case 'last': {
      const value = compileExpression(action.value);
      const fold = FOLD[action.verb];
      const isNumber = action.verb === 'sum' || action.verb === 'min' || action.verb === 'max';
      return (work) => {
        const found = value(work.scope);
        work.count(action.counter, isNumber ? numberOf(found) : found, fold);
      };
    }
  }
}

const ID = { trace: 'traceId', id: 'spanId', parent: 'parentSpanId' } as const;

const FOLD = {
  sum: (before: Value, value: JsonValue): JsonValue => Number(before ?? 0) + Number(value),
  min: (before: Value, value: JsonValue): JsonValue =>
    Math.min(Number(before ?? value), Number(value)),
  max: (before: Value, value: JsonValue): JsonValue =>
    Math.max(Number(before ?? value), Number(value)),
  first: (before: Value, value: JsonValue): JsonValue => before ?? value,
  last: (_before: Value, value: JsonValue): JsonValue => value,
};

function compileBoundary(action: Extract<ActionVerb, { verb: 'start' | 'end' }>): Perform {
  const { verb, pair, spanKind, optional } = action;
  const values = action.match.map(compileExpression);
  const name = action.name && compileExpression(action.name);
  const times = compileTimes(action);
  return (work) => {
    const { scope } = work;
    work.boundary(
      verb,
      {
        pair,
        match: values.map((value) => textOf(value(scope))).join('\t'),
        name: textOf(name?.(scope)),
        spanKind,
        optional,
      },
      times(scope),
    );
  };
}

function compileTimes(times: Times): (scope: Scope) => TimesTold {
  const from = compileTime(times.from);
  const to = compileTime(times.to);
  const lasting = compileTime(times.lasting);
  return (scope) => ({ from: from(scope), to: to(scope), lasting: lasting(scope) });
}

function compileTime(time: Times['from']): (scope: Scope) => number | undefined {
  const evaluate: Evaluate = time === undefined ? () => undefined : compileExpression(time);
  return (scope) => numberOf(evaluate(scope));
}

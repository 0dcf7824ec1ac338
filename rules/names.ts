/** What the names in rules stand for, and which stand for nothing. */
import { BUILT_IN } from './evaluate.ts';
import { Pattern } from './pattern.ts';
import type { Place } from './rules-error.ts';
import type {
  Action,
  Condition,
  Expression,
  MachineSyntax,
  NameReference,
  Reference,
  RuleSyntax,
  RulesSyntax,
} from './syntax.ts';

export interface UnknownName {
  readonly place: Place;
  readonly name: string;
  /** What could stand there. */
  readonly expected: string;
}

/** Names of values, states and spans that nothing in their machine defines, in the order of the file. */
export function unknownNames({ machines }: RulesSyntax): UnknownName[] {
  return machines.flatMap((machine) => {
    const counters = countersOf(machine);
    return [
      ...machine.key.flatMap((parts) => parts.flatMap((part) => unknownKeyPart(part, machine))),
      ...unknownIn(referencesOfExpression(machine.service), capturesOfAll(machine), OF_A_RULE),
      ...machine.only.flatMap((condition) => unknownIn(referencesOf([condition]), new Set())),
      ...machine.rules.flatMap((rule) => [
        ...unknownIn(referencesOfRule(rule), new Set([...counters, ...capturesOf(rule)])),
        ...unknownStates(rule, machine),
        ...unknownLabels(rule, machine),
      ]),
    ];
  });
}

/** The captures of a rule, with the places where they are written. */
export function captureGroups(conditions: readonly Condition[]): { name: string; place: Place }[] {
  return conditions.flatMap((condition) => {
    if (condition.kind !== 'regexp') return [];
    const { line, column } = condition.place;
    return new Pattern(condition.source, condition.flags).groups.map(({ name, at }) => ({
      name,
      place: { line, column: column + 1 + at },
    }));
  });
}

/** All that a rule refers to. */
export function referencesOfRule({ when, actions }: RuleSyntax): Reference[] {
  return [
    ...(when.kind === 'line' ? referencesOf(when.conditions) : []),
    ...actions.flatMap(referencesOfAction),
  ];
}

function capturesOf({ when }: RuleSyntax): string[] {
  return when.kind === 'line' ? captureGroups(when.conditions).map(({ name }) => name) : [];
}

function countersOf({ rules }: MachineSyntax): string[] {
  return rules.flatMap(({ actions }) =>
    actions.flatMap((action) => ('counter' in action ? [action.counter] : [])),
  );
}

function unknownKeyPart(
  part: MachineSyntax['key'][number][number],
  machine: MachineSyntax,
): UnknownName[] {
  return part.kind === 'name' ? unknownIn([part], capturesOfAll(machine), OF_A_RULE) : [];
}

const OF_A_RULE = 'a capture of a rule, message, line, or a lens (log.…)';

const capturesOfAll = ({ rules }: MachineSyntax): ReadonlySet<string> =>
  new Set(rules.flatMap(capturesOf));

function unknownIn(
  references: readonly Reference[],
  known: ReadonlySet<string>,
  expected = 'a capture of this rule, a counter, message, line, key, or a lens (log.…)',
): UnknownName[] {
  return references
    .filter((reference): reference is NameReference => reference.kind === 'name')
    .filter(({ name }) => !known.has(name) && !(BUILT_IN as readonly string[]).includes(name))
    .map(({ name, place }) => ({ name, place, expected }));
}

function unknownStates({ actions }: RuleSyntax, { states, rules }: MachineSyntax): UnknownName[] {
  const known = new Set(states.map(({ name }) => name));
  const expected =
    states.length === 0
      ? 'a state, of which this machine has none'
      : `a state (${[...known].join(', ')})`;
  const wrong = actions.flatMap((action) =>
    action.verb === 'goto' && !known.has(action.state)
      ? [{ place: action.place, name: action.state, expected }]
      : [],
  );
  return wrong.concat(
    rules
      .filter((rule) => rule.actions === actions)
      .flatMap(({ states, place }) =>
        states.filter((name) => !known.has(name)).map((name) => ({ place, name, expected })),
      ),
  );
}

function unknownLabels({ actions }: RuleSyntax, { rules }: MachineSyntax): UnknownName[] {
  const labels = new Set(
    rules.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.verb === 'open' ? [action.label] : [])),
    ),
  );
  return actions.flatMap((action) =>
    action.verb === 'close' && action.label !== '' && !labels.has(action.label)
      ? [{ place: action.place, name: action.label, expected: 'what an `open … as` calls a span' }]
      : [],
  );
}

function referencesOf(conditions: readonly Condition[]): Reference[] {
  return conditions.flatMap((condition) => ('subject' in condition ? [condition.subject] : []));
}

function referencesOfAction(action: Action): Reference[] {
  const expressions: (Expression | undefined)[] = [];
  if ('value' in action) expressions.push(action.value);
  if ('message' in action) expressions.push(action.message);
  if ('match' in action) expressions.push(...action.match);
  if ('from' in action) expressions.push(action.from);
  if ('to' in action) expressions.push(action.to);
  if ('lasting' in action) expressions.push(action.lasting);
  if ('columns' in action) expressions.push(...action.columns.map(({ value }) => value));
  if ('names' in action) expressions.push(...action.names);
  if ('name' in action && typeof action.name === 'object') expressions.push(action.name);
  return [...referencesOf(action.only), ...expressions.flatMap(referencesOfExpression)];
}

/** All that an expression refers to. */
export function referencesOfExpression(expression: Expression | undefined): Reference[] {
  switch (expression?.kind) {
    case 'name':
    case 'lens':
      return [expression];
    case 'template':
      return expression.parts.flatMap((part) =>
        typeof part === 'string' ? [] : referencesOfExpression(part),
      );
    case 'call':
      return referencesOfExpression(expression.argument);
    case 'arithmetic':
      return [expression.left, expression.right].flatMap(referencesOfExpression);
    default:
      return [];
  }
}

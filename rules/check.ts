import { captureGroups, referencesOfExpression, referencesOfRule, unknownNames } from './names.ts';
import { mayBothMatch } from './overlap.ts';
import type { Place } from './rules-error.ts';
import type { Condition, MachineSyntax, RuleSyntax, RulesSyntax } from './syntax.ts';

export interface Finding extends Place {
  readonly kind: 'unknown-name' | 'unreachable-state' | 'ambiguous' | 'unused-capture' | 'no-key';
  readonly message: string;
}

/**
 * What is likely wrong in rules that are well written, in the order of the file:
 *
 * - names, states and spans that nothing defines
 * - states that no `goto` leads to
 * - rules of one state that may both match a line, where the later one has no
 *   `else`; that they cannot is seen by values and texts that both ask for, so
 *   a pair may be reported that never meets
 * - captures that nothing reads
 * - rules that do not capture the key of their machine, and so never read a line
 */
export function check(syntax: RulesSyntax): Finding[] {
  const unknown = unknownNames(syntax).map(({ place, name, expected }) =>
    finding(place, 'unknown-name', `${JSON.stringify(name)} is unknown; expected ${expected}`),
  );
  const found = syntax.machines.flatMap((machine) => [
    ...unreachableStates(machine),
    ...ambiguousRules(machine),
    ...unusedCaptures(machine),
    ...keylessRules(machine),
  ]);
  return [...unknown, ...found].sort(
    (one, other) => one.line - other.line || one.column - other.column,
  );
}

const finding = ({ line, column }: Place, kind: Finding['kind'], message: string): Finding => ({
  line,
  column,
  kind,
  message,
});

function unreachableStates({ states, rules }: MachineSyntax): Finding[] {
  const [first] = states;
  if (first === undefined) return [];
  const reached = new Set([first.name]);
  for (const name of reached) {
    for (const rule of rules) {
      if (rule.states.length > 0 && !rule.states.includes(name)) continue;
      for (const action of rule.actions) if (action.verb === 'goto') reached.add(action.state);
    }
  }
  return states
    .filter(({ name }) => !reached.has(name))
    .map(({ place, name }) =>
      finding(place, 'unreachable-state', `no goto leads to the state ${name}`),
    );
}

function ambiguousRules({ rules }: MachineSyntax): Finding[] {
  const readers = rules.filter(({ when }) => when.kind === 'line');
  return readers.flatMap((later, index) => {
    if (later.when.kind === 'line' && later.when.otherwise) return [];
    const earlier = readers
      .slice(0, index)
      .find(
        (rule) => shareState(rule, later) && mayBothMatch(conditionsOf(rule), conditionsOf(later)),
      );
    if (earlier === undefined) return [];
    const message = `may match the same lines as the rule in line ${earlier.place.line}, which then reads them; write \`else\` before it if that is meant`;
    return [finding(later.place, 'ambiguous', message)];
  });
}

function shareState(one: RuleSyntax, other: RuleSyntax): boolean {
  return (
    one.states.length === 0 ||
    other.states.length === 0 ||
    one.states.some((name) => other.states.includes(name))
  );
}

function unusedCaptures({ rules, key, service }: MachineSyntax): Finding[] {
  const shared = [...key.flat(), ...referencesOfExpression(service)].flatMap((part) =>
    part.kind === 'name' ? [part.name] : [],
  );
  return rules.flatMap((rule) => {
    const used = new Set([
      ...shared,
      ...referencesOfRule(rule).flatMap((reference) =>
        reference.kind === 'name' ? [reference.name] : [],
      ),
    ]);
    return captureGroups(conditionsOf(rule))
      .filter(({ name }) => !used.has(name))
      .map(({ place, name }) =>
        finding(place, 'unused-capture', `nothing reads the capture ${name}; (?:…) only groups`),
      );
  });
}

function keylessRules({ rules, key }: MachineSyntax): Finding[] {
  if (key.length === 0) return [];
  return rules.flatMap((rule) => {
    if (rule.when.kind !== 'line') return [];
    const captured = new Set(captureGroups(conditionsOf(rule)).map(({ name }) => name));
    const possible = key.some((parts) =>
      parts.every(
        (part) => part.kind !== 'name' || BUILT_IN.has(part.name) || captured.has(part.name),
      ),
    );
    return possible
      ? []
      : [
          finding(
            rule.place,
            'no-key',
            'does not capture the key of its machine, so it reads no line',
          ),
        ];
  });
}

const BUILT_IN = new Set(['message', 'line']);

function conditionsOf({ when }: RuleSyntax): readonly Condition[] {
  return when.kind === 'line' ? when.conditions : [];
}

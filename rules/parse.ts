/**
 * The rules language: one or more transducers, each run once for every key.
 *
 *     key log.request_id
 *     /started (?<method>\S+) (?<path>\S+)/ -> open "{method} {path}" server
 *     /finished (?<status>\d+)/ -> http status:int, close
 *
 * A file is lines; `#` begins a comment. A line goes on after `->`, a comma or `and`.
 *
 *     file       = { "machine" NAME | directive | "state" NAME { NAME } | rule }
 *     directive  = "only" conditions                 the machine reads no other lines
 *                | "scope" ("instance" | "node" | "all")   where a key is unique; instance
 *                | "key" ("none" | part {"," part} {"|" part {"," part}})
 *                | "service" expression              of its spans; default: the line's node
 *     part       = CAPTURE | LENS | [reference "~"] REGEXP       by its captures
 *     rule       = ["else"] conditions "->" actions
 *                | "after" DURATION ["in" STATE] "->" actions    a key that was silent for so long
 *                | "finally" "->" actions            a key that is done, however that came
 *     conditions = condition { "and" condition }
 *     condition  = REGEXP | "text"                   in the message
 *                | reference "~" REGEXP
 *                | reference ("==" | "!=" | "<" | "<=" | ">" | ">=") (number | word | "text")
 *                | reference "?"                     there is such a value
 *     actions    = action ["if" conditions] { "," action ["if" conditions] }
 *     action     = "open" "name" [kind] ["as" LABEL]     a span of this key, within the open one
 *                | "close" [LABEL]                   the innermost, or that one with all within it
 *                | "span" "name" [kind] times        a whole span that this line tells
 *                | "start" PAIR ["(" values ")"] ["name"] [kind]       an end of a span whose
 *                | ("end" | "end?") PAIR ["(" values ")"] ["name"] [kind] times   other end is
 *                                                    found by these values, order and time
 *                | "set" NAME "=" value | "keep" CAPTURE {CAPTURE}     attributes
 *                | "join" NAME ["=" value]           spans with the same belong together
 *                | "event" "name" | "ok" | "error" ["message"] | "http" value
 *                | ("trace" | "id" | "parent") value     ids that the line has
 *                | "goto" STATE | "done"             the key's next state; the key's end
 *                | "emit" TABLE "(" NAME ["=" value] {"," …} ")"       a row
 *                | "count" COUNTER | ("sum" | "min" | "max" | "first" | "last") COUNTER ["=" value]
 *     times      = { ("from" | "to" | "lasting") value }   seconds; a line is at a span's end
 *     kind       = "internal" | "server" | "client" | "producer" | "consumer"
 *     value      = number | "text with {value}" | reference | function "(" value ")"
 *                | value ("+" | "-" | "*" | "/") value | "(" value ")"
 *     reference  = (CAPTURE | COUNTER | "message" | "line" | "key" | LENS) [":" type]
 *     LENS       = as in log/lens.ts, from log, node, instance, stream, seq, ts, part or source
 *     type       = "string" | "int" | "float" | "time" | "duration" | "duration_s"
 *                | "duration_ms" | "duration_us" | "duration_ns"       durations and times: seconds
 *     function   = "lower" | "upper" | "route" (a path without query, its ids as `:id`)
 *     DURATION   = NUMBER ("ms" | "s" | "m" | "h")   of log time
 *
 * Of the rules of a state (those before the first `state` are in all), the first
 * that matches reads the line; each machine reads every line. `else` says that a
 * rule is meant to come after others that match too. `message` is what the line
 * says in words, `line` all of it as it was written. Lines with a key that no
 * rule reads belong to the span that is open for it.
 */
import { parseActions } from './parse-action.ts';
import { parseConditions, parseRegExp } from './parse-condition.ts';
import { parseExpression, parseReference } from './parse-expression.ts';
import type { Place } from './rules-error.ts';
import { Scanner } from './scanner.ts';
import type {
  Condition,
  Expression,
  KeyPart,
  MachineSyntax,
  RuleSyntax,
  RulesSyntax,
  StateSyntax,
  When,
} from './syntax.ts';

/** Reads a rules file; `file` is its name for errors. Throws a RulesError. */
export function parse(text: string, file: string): RulesSyntax {
  const scanner = new Scanner(text, file);
  const machines = [new MachineDraft(scanner.place, '')];
  scanner.anyLines();
  while (!scanner.atEnd) {
    const { place } = scanner;
    if (word(scanner, 'machine')) {
      const name = scanner.expect(NAME, "a machine's name");
      if (machines.some((machine) => machine.name === name)) {
        scanner.fail('a name that no other machine has', place);
      }
      machines.push(new MachineDraft(place, name));
    } else parseLine(scanner, machines.at(-1) as MachineDraft);
    scanner.nextLine('the end of the line');
    scanner.anyLines();
  }
  const written = machines.filter(({ rules }) => rules.length > 0);
  if (written.length === 0) scanner.fail('a rule: conditions -> actions');
  return { file, machines: written };
}

const NAME = /[A-Za-z_][\w-]*/y;
const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600 };

class MachineDraft implements MachineSyntax {
  readonly place: Place;
  readonly name: string;
  readonly only: Condition[] = [];
  scope: MachineSyntax['scope'] = 'instance';
  key: KeyPart[][] = [];
  service?: Expression;
  readonly states: StateSyntax[] = [];
  readonly rules: RuleSyntax[] = [];
  /** Those that the rules being read belong to. */
  current: readonly string[] = [];

  constructor(place: Place, name: string) {
    this.place = place;
    this.name = name;
  }
}

function parseLine(scanner: Scanner, machine: MachineDraft): void {
  if (word(scanner, 'only')) machine.only.push(...parseConditions(scanner));
  else if (word(scanner, 'scope')) {
    machine.scope = scanner.expect(
      /(?:instance|node|all)(?![\w-])/y,
      'instance, node or all',
    ) as MachineSyntax['scope'];
  } else if (word(scanner, 'key')) machine.key = parseKey(scanner);
  else if (word(scanner, 'service')) machine.service = parseExpression(scanner);
  else if (word(scanner, 'state')) parseStates(scanner, machine);
  else machine.rules.push(parseRule(scanner, machine));
}

function parseKey(scanner: Scanner): KeyPart[][] {
  if (word(scanner, 'none')) return [];
  const alternatives: KeyPart[][] = [];
  do {
    const parts: KeyPart[] = [];
    do parts.push(parseKeyPart(scanner));
    while (scanner.take(/,/y) !== undefined);
    alternatives.push(parts);
  } while (scanner.take(/\|/y) !== undefined);
  return alternatives;
}

function parseKeyPart(scanner: Scanner): KeyPart {
  const { place } = scanner;
  const expected = 'none, a capture, a lens (log.…), or a /pattern/ with (?<captures>)';
  const subject = scanner.sees(/\//y)
    ? ({ kind: 'name', place, name: 'message' } as const)
    : parseReference(scanner, expected);
  if (!scanner.sees(/\//y) && scanner.take(/~/y) === undefined) return subject;
  const pattern = parseRegExp(scanner, subject);
  return pattern.source.includes('(?<')
    ? pattern
    : scanner.fail('a (?<capture>) in the key', place);
}

function parseStates(scanner: Scanner, machine: MachineDraft): void {
  const current: string[] = [];
  do {
    const { place } = scanner;
    const name = scanner.expect(NAME, "a state's name");
    current.push(name);
    if (!machine.states.some((state) => state.name === name)) machine.states.push({ place, name });
  } while (scanner.sees(NAME));
  machine.current = current;
}

function parseRule(scanner: Scanner, machine: MachineDraft): RuleSyntax {
  const { place } = scanner;
  let states = machine.current;
  let when: When;
  if (word(scanner, 'finally')) {
    when = { kind: 'finally' };
    states = []; // whatever state a key is in
  } else if (word(scanner, 'after')) {
    when = { kind: 'after', seconds: parseDuration(scanner) };
    if (word(scanner, 'in')) states = [scanner.expect(NAME, "a state's name")];
  } else {
    const otherwise = word(scanner, 'else');
    when = { kind: 'line', otherwise, conditions: parseConditions(scanner) };
  }
  const whenText = scanner.textSince(place);
  scanner.expect(/->/y, '`->` and actions');
  scanner.anyLines();
  const actionsPlace = scanner.place;
  const actions = parseActions(scanner);
  const text = { when: whenText, actions: scanner.textSince(actionsPlace) };
  return { place, states, when, actions, text };
}

function parseDuration(scanner: Scanner): number {
  const expected = 'a time such as 500ms, 30s, 5m or 1h';
  const number = scanner.expect(/\d+(?:\.\d+)?(?=(?:ms|s|m|h)(?!\w))/y, expected);
  return Number(number) * (UNIT_SECONDS[scanner.expect(/ms|s|m|h/y, expected)] as number);
}

function word(scanner: Scanner, text: string): boolean {
  return scanner.take(new RegExp(`${text}(?![\\w.-])`, 'y')) !== undefined;
}

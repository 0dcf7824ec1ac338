import { SPAN_KINDS, type SpanKindName } from './action.ts';
import { parseConditions } from './parse-condition.ts';
import { parseExpression, parseName, parseTemplate, parseText } from './parse-expression.ts';
import type { Scanner } from './scanner.ts';
import type { Action, ActionVerb, Column, Expression, NameReference, Times } from './syntax.ts';

const VERBS =
  'open close span start end set keep join event trace id parent http ok error goto done emit count sum min max first last'.split(
    ' ',
  );
const IDENTIFIER = /[A-Za-z_][\w-]*/y;

/** `action { , action }`; a line may end behind a comma. */
export function parseActions(scanner: Scanner): Action[] {
  const actions = [parseAction(scanner)];
  while (scanner.take(/,/y) !== undefined) {
    scanner.anyLines();
    actions.push(parseAction(scanner));
  }
  return actions;
}

function parseAction(scanner: Scanner): Action {
  const { place } = scanner;
  const verb = scanner.expect(/[a-z]+\??/y, `an action (${VERBS.join(', ')})`);
  const said = parseVerb(scanner, verb);
  if (said === undefined) scanner.fail(`an action (${VERBS.join(', ')})`, place);
  const only = takeWord(scanner, 'if') ? parseConditions(scanner) : [];
  return { place, only, ...said };
}

function parseVerb(scanner: Scanner, verb: string): ActionVerb | undefined {
  switch (verb) {
    case 'open': {
      const name = parseTemplate(scanner);
      const spanKind = parseKind(scanner);
      const label = takeWord(scanner, 'as') ? parseIdentifier(scanner, 'a name for this span') : '';
      return { verb, name, spanKind, label };
    }
    case 'close': {
      const label = isIf(scanner) ? '' : (scanner.take(IDENTIFIER) ?? '');
      return { verb, label };
    }
    case 'span':
      return {
        verb,
        name: parseTemplate(scanner),
        spanKind: parseKind(scanner),
        ...parseTimes(scanner),
      };
    case 'start':
    case 'end':
    case 'end?':
      return parseBoundary(scanner, verb);
    case 'set':
    case 'join':
      return { verb, ...parseAssignment(scanner) };
    case 'keep':
      return { verb, names: parseNames(scanner) };
    case 'event':
      return { verb, name: parseTemplate(scanner) };
    case 'trace':
    case 'id':
    case 'parent':
    case 'http':
      return { verb, value: parseExpression(scanner) };
    case 'ok':
    case 'error':
      return { verb, ...(scanner.sees(/"/y) && { message: parseTemplate(scanner) }) };
    case 'goto':
      return { verb, state: parseIdentifier(scanner, "a state's name") };
    case 'done':
      return { verb };
    case 'emit':
      return {
        verb,
        row: parseIdentifier(scanner, "a table's name"),
        columns: parseColumns(scanner),
      };
    case 'count':
      return { verb, counter: parseIdentifier(scanner, "a counter's name") };
    case 'sum':
    case 'min':
    case 'max':
    case 'first':
    case 'last': {
      const { name, value } = parseAssignment(scanner);
      return { verb, counter: name, value };
    }
    default:
      return undefined;
  }
}

/** `request(method, path) "name" kind lasting …`; `end?` is an end only where there is a start. */
function parseBoundary(scanner: Scanner, verb: 'start' | 'end' | 'end?'): ActionVerb {
  const pair = parseIdentifier(scanner, 'what starts or ends, such as request(id)');
  const match: Expression[] = [];
  if (scanner.take(/\(/y) !== undefined) {
    do match.push(parseExpression(scanner));
    while (scanner.take(/,/y) !== undefined);
    scanner.expect(/\)/y, '`,` or `)`');
  }
  return {
    verb: verb === 'start' ? 'start' : 'end',
    pair,
    match,
    ...(scanner.sees(/"/y) && { name: parseTemplate(scanner) }),
    spanKind: parseKind(scanner),
    optional: verb === 'end?',
    ...parseTimes(scanner),
  };
}

function parseTimes(scanner: Scanner): Times {
  let times: Times = {};
  for (;;) {
    const { place } = scanner;
    const word = scanner.take(/(?:from|to|lasting)(?![\w-])/y) as keyof Times | undefined;
    if (word === undefined) return times;
    if (word in times) scanner.fail(`\`${word}\` once`, place);
    times = { ...times, [word]: parseExpression(scanner) };
  }
}

function parseKind(scanner: Scanner): SpanKindName {
  const word = scanner.take(new RegExp(`(?:${SPAN_KINDS.join('|')})(?![\\w-])`, 'y'));
  return (word as SpanKindName | undefined) ?? 'internal';
}

/** `name = value`; of a name alone, the value of that name. */
function parseAssignment(scanner: Scanner): Column {
  if (scanner.sees(/"/y)) {
    const name = parseText(scanner, 'a name');
    scanner.expect(/=/y, '`=` and a value');
    return { name, value: parseExpression(scanner) };
  }
  const assigned = scanner.take(/[A-Za-z_@][\w.@-]*(?=[ \t]*=)/y);
  if (assigned !== undefined) {
    scanner.expect(/=/y, '`=`');
    return { name: assigned, value: parseExpression(scanner) };
  }
  const value = parseName(scanner, 'name = value, or a name alone');
  return { name: value.name, value };
}

function parseNames(scanner: Scanner): NameReference[] {
  const names = [parseName(scanner, "a capture's name")];
  while (!isIf(scanner) && scanner.sees(IDENTIFIER)) names.push(parseName(scanner, 'a name'));
  return names;
}

function parseColumns(scanner: Scanner): Column[] {
  const columns: Column[] = [];
  scanner.expect(/\(/y, '`(` and columns');
  do {
    scanner.anyLines();
    columns.push(parseAssignment(scanner));
    scanner.anyLines();
  } while (scanner.take(/,/y) !== undefined);
  scanner.expect(/\)/y, '`,` or `)`');
  return columns;
}

const parseIdentifier = (scanner: Scanner, expected: string): string =>
  scanner.expect(IDENTIFIER, expected);

const isIf = (scanner: Scanner): boolean => scanner.sees(/if(?![\w-])/y);

function takeWord(scanner: Scanner, word: string): boolean {
  return scanner.take(new RegExp(`${word}(?![\\w-])`, 'y')) !== undefined;
}

import { lens } from '../log/lens.ts';
import type { Scanner } from './scanner.ts';
import {
  FUNCTIONS,
  VALUE_TYPES,
  type Expression,
  type FunctionName,
  type NameReference,
  type Reference,
  type ValueType,
} from './syntax.ts';

const NAME = /[A-Za-z_][\w-]*/y;
const LENS =
  /(?:log|node|instance|stream|seq|ts|part|source)(?![\w-])(?:\.?\[[^\]\n]*\]|\.(?:[\w@$-]+|"(?:[^"\\\n]|\\.)*"))*/y;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const TEXT_PIECE = /(?:[^"\\{\n]|\\.)+/y;

/** `expression`, as the grammar in parse.ts has it; the usual precedence. */
export function parseExpression(scanner: Scanner): Expression {
  return chain(scanner, /[-+]/y, (inner) => chain(inner, /[*/]/y, factor));
}

function chain(
  scanner: Scanner,
  operators: RegExp,
  next: (scanner: Scanner) => Expression,
): Expression {
  let left = next(scanner);
  for (;;) {
    // `->` is no minus.
    const operator = scanner.sees(/->/y) ? undefined : scanner.take(operators);
    if (operator === undefined) return left;
    const right = next(scanner);
    left = { kind: 'arithmetic', operator: operator as '+' | '-' | '*' | '/', left, right };
  }
}

function factor(scanner: Scanner): Expression {
  if (scanner.take(/\(/y) !== undefined) {
    const inner = parseExpression(scanner);
    scanner.expect(/\)/y, '`)`');
    return inner;
  }
  const number = scanner.take(NUMBER);
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  if (scanner.sees(/"/y)) return parseTemplate(scanner);
  const { place } = scanner;
  const call = scanner.take(/[A-Za-z_]\w*(?=\()/y);
  if (call !== undefined) {
    const name = FUNCTIONS.find((known) => known === call);
    if (name === undefined) scanner.fail(`a function (${FUNCTIONS.join(', ')})`, place);
    return callOf(scanner, name);
  }
  return parseReference(scanner, 'a value: a number, a "text", a name or a lens (log.…)');
}

function callOf(scanner: Scanner, name: FunctionName): Expression {
  scanner.expect(/\(/y, '`(`');
  const argument = parseExpression(scanner);
  scanner.expect(/\)/y, '`)`');
  return { kind: 'call', name, argument };
}

/** `"GET {path}, {bytes:int} bytes"`; `\{` is a brace. */
export function parseTemplate(scanner: Scanner): Expression {
  scanner.expect(/"/y, 'a text in quotes');
  const parts: (string | Expression)[] = [];
  for (;;) {
    const text = scanner.takeHere(TEXT_PIECE);
    if (text !== undefined) parts.push(unescaped(scanner, text));
    if (scanner.takeHere(/\{/y) !== undefined) {
      parts.push(parseExpression(scanner));
      scanner.expect(/\}/y, '`}`');
    } else if (scanner.takeHere(/"/y) !== undefined) break;
    else if (text === undefined) scanner.fail('`"` at the end of the text');
  }
  if (parts.every((part) => typeof part === 'string')) {
    return { kind: 'literal', value: parts.join('') };
  }
  return { kind: 'template', parts };
}

/** A text without values in it. */
export function parseText(scanner: Scanner, expected: string): string {
  const { place } = scanner;
  if (!scanner.sees(/"/y)) scanner.fail(expected);
  const text = parseTemplate(scanner);
  if (text.kind !== 'literal') scanner.fail(`${expected}, without {…}`, place);
  return String(text.value);
}

function unescaped(scanner: Scanner, text: string): string {
  try {
    return JSON.parse(`"${text.replaceAll(String.raw`\{`, '{')}"`) as string;
  } catch {
    return scanner.fail('a text with the escapes of JSON (and \\{ for a brace) before this');
  }
}

/** A name or a lens, with `:type` or without. */
export function parseReference(scanner: Scanner, expected: string): Reference {
  const { place } = scanner;
  const text = scanner.take(LENS);
  if (text === undefined) return parseName(scanner, expected);
  try {
    lens(text);
  } catch (error) {
    scanner.fail(`a lens (${(error as Error).message})`, place);
  }
  return { kind: 'lens', place, text, ...parseType(scanner) };
}

/** A capture, a counter or another name that is no lens, with `:type` or without. */
export function parseName(scanner: Scanner, expected: string): NameReference {
  const { place } = scanner;
  const name = scanner.expect(NAME, expected);
  return { kind: 'name', place, name, ...parseType(scanner) };
}

function parseType(scanner: Scanner): { type?: ValueType } {
  if (scanner.takeHere(/:/y) === undefined) return {};
  const { place } = scanner;
  const word = scanner.takeHere(/\w*/y);
  const type = VALUE_TYPES.find((known) => known === word);
  return { type: type ?? scanner.fail(`a type (${VALUE_TYPES.join(', ')})`, place) };
}

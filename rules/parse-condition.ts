import { parseReference, parseText } from './parse-expression.ts';
import type { Scanner } from './scanner.ts';
import type { CompareCondition, Condition, Reference, RegExpCondition } from './syntax.ts';
import { Pattern } from './pattern.ts';

/** `condition { and condition }`; a line may end behind `and`. */
export function parseConditions(scanner: Scanner): Condition[] {
  const conditions = [parseCondition(scanner)];
  while (scanner.take(/and(?![\w-])/y) !== undefined) {
    scanner.anyLines();
    conditions.push(parseCondition(scanner));
  }
  return conditions;
}

const EXPECTED = 'a condition: /a pattern/, "a text", or a name or a lens (log.…) that is compared';

function parseCondition(scanner: Scanner): Condition {
  const { place } = scanner;
  if (scanner.sees(/\//y)) return parseRegExp(scanner, { kind: 'name', place, name: 'message' });
  if (scanner.sees(/"/y)) return { kind: 'text', place, text: parseText(scanner, EXPECTED) };
  const subject = parseReference(scanner, EXPECTED);
  if (scanner.take(/\?/y) !== undefined) return { kind: 'exists', place, subject };
  if (scanner.take(/~/y) !== undefined) return parseRegExp(scanner, subject);
  const operator = scanner.expect(/[=!]=|[<>]=?/y, 'one of == != < <= > >= ~ ?');
  const operand = parseOperand(scanner);
  return {
    kind: 'compare',
    place,
    subject,
    operator: operator as CompareCondition['operator'],
    operand,
  };
}

/** A regular expression between slashes; a slash in it is written `\/` or `[/]`. */
export function parseRegExp(scanner: Scanner, subject: Reference): RegExpCondition {
  const { place } = scanner;
  scanner.expect(/\//y, 'a pattern between slashes');
  const source = scanner.takeHere(/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+/y) ?? '';
  if (source === '' || scanner.takeHere(/\//y) === undefined) {
    scanner.fail('a pattern and `/` at its end');
  }
  const flags = scanner.takeHere(/\w*/y) ?? '';
  try {
    void new Pattern(source, flags);
  } catch (error) {
    scanner.fail(`a pattern that can be run in linear time (${(error as Error).message})`, place);
  }
  return { kind: 'regexp', place, subject, source, flags };
}

function parseOperand(scanner: Scanner): string | number | boolean {
  const expected = 'a value to compare with: a number, a "text" or a word';
  if (scanner.sees(/"/y)) return parseText(scanner, expected);
  const word = scanner.expect(/[\w.@+-]+/y, expected);
  if (word === 'true' || word === 'false') return word === 'true';
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(word) ? Number(word) : word;
}

import { Pattern } from './pattern.ts';
import { anchoredPrefix, requiredVariants } from './regexp-tree.ts';
import type { Condition, Reference } from './syntax.ts';
import { orderOf } from './value.ts';

/**
 * Whether one entry may satisfy both. It cannot where both ask the same place
 * for different values, or for texts of which neither is within what the other
 * asks for: that those rarely meet is an assumption, all else is certain.
 */
export function mayBothMatch(one: readonly Condition[], other: readonly Condition[]): boolean {
  return !one.some((left) => other.some((right) => areApart(left, right)));
}

function areApart(one: Condition, other: Condition): boolean {
  const subject = subjectOf(one);
  // A capture is another value in each rule.
  if (subject !== subjectOf(other) || subject.startsWith('name ')) return false;
  if (one.kind === 'compare' && other.kind === 'compare') {
    return excludes(one, other) || excludes(other, one);
  }
  if (one.kind === 'compare') return equalsUnlike(one, other);
  if (other.kind === 'compare') return equalsUnlike(other, one);
  const [left, right] = [textsOf(one), textsOf(other)];
  if (left === undefined || right === undefined) return false;
  if (beginOtherwise(left.prefix, right.prefix)) return true;
  return left.variants.every((texts) =>
    right.variants.every((more) => !isWithin(texts, more) && !isWithin(more, texts)),
  );
}

function subjectOf(condition: Condition): string {
  if (condition.kind === 'text') return 'message';
  return textOfReference(condition.subject);
}

function textOfReference(reference: Reference): string {
  const suffix = reference.type === undefined ? '' : `:${reference.type}`;
  if (reference.kind === 'lens') return `lens ${reference.text}${suffix}`;
  const isOfEntry = reference.name === 'message' || reference.name === 'line';
  return isOfEntry ? `${reference.name}${suffix}` : `name ${reference.name}`;
}

type Compare = Extract<Condition, { kind: 'compare' }>;

/** What the first wants of a value is never what the second wants. */
function excludes(one: Compare, other: Compare): boolean {
  const order = orderOf(one.operand, other.operand);
  if (one.operator === '==') {
    if (other.operator === '==') return order !== 0;
    if (other.operator === '!=') return order === 0;
  }
  if (Number.isNaN(order)) return false;
  const [low, high] = [one.operator, other.operator];
  const isBelow = low === '<' || low === '<=' || low === '==';
  const isAbove = high === '>' || high === '>=' || high === '==';
  if (!isBelow || !isAbove || typeof one.operand !== typeof other.operand) return false;
  // `< 5` and `> 5`, `<= 5` and `> 5`, but not `<= 5` and `>= 5`.
  return order < 0 || (order === 0 && (low === '<' || high === '>'));
}

/** A value that is asked for, in which the other's pattern does not match. */
function equalsUnlike(compare: Compare, other: Condition): boolean {
  if (compare.operator !== '==') return false;
  const text = String(compare.operand);
  if (other.kind === 'text') return !text.includes(other.text);
  return (
    other.kind === 'regexp' && new Pattern(other.source, other.flags).match(text) === undefined
  );
}

interface Texts {
  readonly variants: readonly (readonly string[])[];
  readonly prefix: string | undefined;
}

/** In lower case, so that the flag `i` makes no difference. */
function textsOf(condition: Condition): Texts | undefined {
  if (condition.kind === 'text') {
    return { variants: [[condition.text.toLowerCase()]], prefix: undefined };
  }
  if (condition.kind !== 'regexp') return undefined;
  const { tree } = new Pattern(condition.source, condition.flags);
  return {
    variants: requiredVariants(tree).map((texts) => texts.map((text) => text.toLowerCase())),
    prefix: condition.flags.includes('m') ? undefined : anchoredPrefix(tree)?.toLowerCase(),
  };
}

function beginOtherwise(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return !one.startsWith(other) && !other.startsWith(one);
}

const isWithin = (texts: readonly string[], others: readonly string[]): boolean =>
  texts.every((text) => others.some((other) => other.includes(text)));

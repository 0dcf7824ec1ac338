/**
 * The shape of a JSON line: all of it but its strings and numbers. Lines that
 * one piece of code writes have the same shape, as its objects have the same
 * hidden class, and what is worked out for a shape holds for all of them.
 *
 * `{"seq":7,"log":{"msg":"a","ok":true}}` has the literals `{"seq":`,
 * `,"log":{"msg":"` and `","ok":true}}`: a number stands after the first, a
 * string after the second. Quotes belong to the literals, so that each tells
 * what follows it.
 */
export type LineShape = readonly string[];

/** A place in the lines of a shape: so many characters after the end of value `value`, or after the line's start for -1. */
export interface Place {
  readonly value: number;
  readonly offset: number;
}

/** A member of an object in a line: its key, where its key begins, and where its value begins and ends. */
export interface Member {
  readonly key: string;
  readonly keyFrom: Place;
  readonly from: Place;
  readonly to: Place;
  /** The value, in which `"k"` stands for the string and `k` for the number that is value k of the line. */
  readonly value: unknown;
}

/** A string before a colon is a key; other strings, and numbers, are values. */
const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * The shape of a line, or undefined where its raw text could not stand for what
 * it parses to: it is no JSON object, has white space between its tokens, a key
 * twice, keys that JavaScript puts into another order, or keys that
 * JSON.stringify writes in another way.
 */
export function lineShape(line: string): LineShape | undefined {
  const shape: string[] = [];
  let from = 0;
  for (const { 0: token, 1: string, 2: colon, index } of line.matchAll(TOKEN)) {
    if (colon !== undefined) continue;
    const quote = string === undefined ? 0 : 1;
    shape.push(line.slice(from, index + quote));
    from = index + token.length - quote;
  }
  shape.push(line.slice(from));
  const { text } = skeleton(shape);
  try {
    return text.startsWith('{') && JSON.stringify(JSON.parse(text)) === text ? shape : undefined;
  } catch {
    return undefined;
  }
}

/** The members of the object that a line is, in their order; with `path`, of an object within it. None where there is no object. */
export function membersOf(shape: LineShape, ...path: readonly string[]): readonly Member[] {
  const { text, ends } = skeleton(shape);
  let members = objectMembers(text, 0);
  for (const key of path) {
    const found = members.find((member) => member.key === key);
    members = found === undefined ? [] : objectMembers(text, found.from);
  }
  const place = (at: number): Place => {
    const value = ends.findLastIndex((end) => end <= at);
    return { value, offset: at - (ends[value] ?? 0) };
  };
  return members.map(({ key, keyFrom, from, to }) => ({
    key,
    keyFrom: place(keyFrom),
    from: place(from),
    to: place(to),
    value: JSON.parse(text.slice(from, to)) as unknown,
  }));
}

/** A line of the shape whose k-th value is `k`, and where each value ends in it. */
function skeleton(shape: LineShape): { text: string; ends: readonly number[] } {
  const ends: number[] = [];
  let text = '';
  for (const [index, literal] of shape.entries()) {
    text += literal;
    if (index === shape.length - 1) break;
    text += String(index);
    ends.push(text.length);
  }
  return { text, ends };
}

interface SkeletonMember {
  readonly key: string;
  readonly keyFrom: number;
  readonly from: number;
  readonly to: number;
}

/** Of the object at `at` in text that is JSON without white space. */
function objectMembers(text: string, at: number): SkeletonMember[] {
  const members: SkeletonMember[] = [];
  if (text[at] !== '{' || text[at + 1] === '}') return members;
  let keyFrom = at + 1;
  for (;;) {
    const keyTo = valueEnd(text, keyFrom);
    const from = keyTo + 1;
    const to = valueEnd(text, from);
    members.push({ key: JSON.parse(text.slice(keyFrom, keyTo)) as string, keyFrom, from, to });
    if (text[to] !== ',') return members;
    keyFrom = to + 1;
  }
}

/** Strings, brackets, and what else stands for itself. */
const PART = /"(?:[^"\\]|\\.)*"|[{[]|[}\]]|[^"{}[\],:]+|[,:]/y;

function valueEnd(text: string, from: number): number {
  let depth = 0;
  PART.lastIndex = from;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    if (part[0] === '{' || part[0] === '[') depth++;
    if (part[0] === '}' || part[0] === ']') depth--;
    if (depth === 0) return PART.lastIndex;
  }
  return text.length;
}

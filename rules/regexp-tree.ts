/**
 * As much of a regular expression's syntax as is needed to know what every match
 * has in it. What is not understood counts as "anything".
 */
export type RegExpNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly items: readonly RegExpNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly RegExpNode[] }
  /** A class, or what may be absent: nothing is known of it. */
  | { readonly kind: 'anything' };

const MAX_VARIANTS = 32;

const PIECE =
  /(?<literal>[^\\^$.*+?()[\]{}|])|\\(?<escaped>[^\w])|\\[nrtfv0]|(?<code>\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}))|(?<other>\\[^]|\.|\[(?:[^\]\\]|\\[^])*\]|[{}\]])/y;
const QUANTIFIER = /(?:[*+?]|\{(?<least>\d+)(?:,\d*)?\})\??/y;
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  '0': '\0',
};

/** `source` must be one that RegExp accepts. */
export function parseRegExpTree(source: string): RegExpNode {
  return choice({ source, at: 0 });
}

/** Texts that every match has in it, the longest first. */
export function requiredTexts(node: RegExpNode): string[] {
  return texts(node).sort((one, other) => other.length - one.length);
}

/** For each way to match (by the choices in it) the texts that it must have; more than 32 ways count as one of which nothing is known. */
export function requiredVariants(node: RegExpNode): string[][] {
  const variants = variantsOf(node);
  return variants.length > MAX_VARIANTS ? [[]] : variants;
}

/** The text that every match begins with, at the beginning of the text; undefined where it may begin anywhere. */
export function anchoredPrefix(node: RegExpNode): string | undefined {
  if (node.kind !== 'sequence' || node.items[0]?.kind !== 'start') return undefined;
  const [, first] = node.items;
  return first?.kind === 'text' ? first.text : '';
}

interface Reader {
  readonly source: string;
  at: number;
}

function choice(reader: Reader): RegExpNode {
  const branches = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    branches.push(sequence(reader));
  }
  return branches.length === 1 ? (branches[0] as RegExpNode) : { kind: 'choice', branches };
}

function sequence(reader: Reader): RegExpNode {
  const items: RegExpNode[] = [];
  while (reader.at < reader.source.length && !/[|)]/.test(reader.source[reader.at] as string)) {
    append(items, quantified(reader, atom(reader)));
  }
  return { kind: 'sequence', items };
}

/** Neighbouring texts are one; sequences within sequences are one. */
function append(items: RegExpNode[], item: RegExpNode): void {
  const last = items.at(-1);
  if (item.kind === 'sequence') for (const inner of item.items) append(items, inner);
  else if (item.kind === 'text' && last?.kind === 'text') {
    items[items.length - 1] = { kind: 'text', text: last.text + item.text };
  } else items.push(item);
}

function atom(reader: Reader): RegExpNode {
  const { source, at } = reader;
  if (source[at] === '(') return group(reader);
  if (source[at] === '^' || source[at] === '$') {
    reader.at++;
    return { kind: source[at] === '^' ? 'start' : 'end' };
  }
  PIECE.lastIndex = at;
  const { 0: piece, groups } = PIECE.exec(source) ?? { 0: source[at] as string, groups: {} };
  reader.at += piece.length;
  const { literal, escaped, code, other } = groups ?? {};
  if (other !== undefined) return { kind: 'anything' };
  const text =
    literal ??
    escaped ??
    (code === undefined
      ? CONTROLS[piece[1] ?? '']
      : String.fromCharCode(parseInt(code.slice(2), 16)));
  return text === undefined ? { kind: 'anything' } : { kind: 'text', text };
}

function group(reader: Reader): RegExpNode {
  const [opening = '('] =
    /^\((?:\?(?:<[^=!>]+>|<?[:=!]))?/.exec(reader.source.slice(reader.at)) ?? [];
  reader.at += opening.length;
  const inner = choice(reader);
  reader.at++; // the closing parenthesis
  return /[=!]/.test(opening) ? { kind: 'anything' } : inner;
}

function quantified(reader: Reader, node: RegExpNode): RegExpNode {
  QUANTIFIER.lastIndex = reader.at;
  const match = QUANTIFIER.exec(reader.source);
  if (match === null) return node;
  reader.at = QUANTIFIER.lastIndex;
  const least = match[0].startsWith('+') ? 1 : Number(match.groups?.['least'] ?? 0);
  if (least === 0) return { kind: 'anything' };
  // Once for certain; what follows is not next to it.
  return { kind: 'sequence', items: [node, { kind: 'anything' }] };
}

function texts(node: RegExpNode): string[] {
  if (node.kind === 'text') return [node.text];
  return node.kind === 'sequence' ? node.items.flatMap(texts) : [];
}

function variantsOf(node: RegExpNode): string[][] {
  switch (node.kind) {
    case 'text':
      return [[node.text]];
    case 'choice':
      return node.branches.flatMap(variantsOf);
    case 'sequence':
      return node.items.reduce<string[][]>(
        (before, item) => {
          const here = variantsOf(item);
          if (before.length * here.length > MAX_VARIANTS) return before;
          return before.flatMap((texts) => here.map((more) => [...texts, ...more]));
        },
        [[]],
      );
    default:
      return [[]];
  }
}

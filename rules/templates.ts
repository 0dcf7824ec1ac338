import { masked, PARAMETER } from './mask.ts';

export interface TemplateOptions {
  /** How many of a line's tokens must equal a template's for it to be one of its lines, 0 to 1. */
  readonly similarity?: number;
  /** Levels of the tree: the root, the number of tokens, first tokens, and the leaves. At least 3. */
  readonly depth?: number;
  /** Tokens that are told apart at each place of the tree. */
  readonly maxChildren?: number;
  readonly maxTemplates?: number;
}

/** A kind of line. `tokens` may still become more general as lines come. */
export interface Template {
  /** From 1, by first appearance. */
  readonly id: number;
  readonly tokens: readonly string[];
  readonly lines: number;
}

/** Templates of one leaf that a line is compared with, so that a line's time is bounded. */
const MAX_IN_LEAF = 500;
/** What follows is one parameter. */
const MAX_TOKENS = 256;

/**
 * Drain, after He et al., "Drain: An Online Log Parsing Approach with Fixed
 * Depth Tree" (ICWS 2017): a line's way through the tree is its number of tokens
 * and then its first ones; in the leaf it joins the template with most tokens in
 * common, whose differing tokens become `<*>`, or begins one. Values that are
 * certainly parameters are masked before.
 *
 * Streaming; memory and time for a line are bounded. When there are
 * `maxTemplates` already, lines that fit none share one template a leaf.
 */
export class Templates {
  /** Lines that fitted no template when there were too many. */
  overflow = 0;
  readonly #similarity: number;
  readonly #keyTokens: number;
  readonly #maxChildren: number;
  readonly #maxTemplates: number;
  readonly #root = new Map<string, TreeNode>();
  readonly #all: Draft[] = [];

  /** The defaults are the paper's. */
  constructor({
    similarity = 0.5,
    depth = 4,
    maxChildren = 100,
    maxTemplates = 20_000,
  }: TemplateOptions = {}) {
    this.#similarity = similarity;
    this.#keyTokens = depth - 3;
    this.#maxChildren = maxChildren;
    this.#maxTemplates = maxTemplates;
  }

  /** By id: the first has 1. */
  get all(): readonly Template[] {
    return this.#all;
  }

  /** Gives the template that this line belongs to, and learns from it. */
  add(message: string): Template {
    const tokens = tokensOf(message);
    const leaf = this.#leaf(tokens);
    const similar = mostSimilar(leaf, tokens, this.#similarity);
    if (similar !== undefined) {
      generalise(similar, tokens);
      similar.lines++;
      return similar;
    }
    const isFull = this.#all.length >= this.#maxTemplates || leaf.length >= MAX_IN_LEAF;
    if (!isFull) return this.#begin(leaf, tokens);
    this.overflow++;
    // The leaf's last template takes all that has no place, however little they share.
    const last = leaf.at(-1) ?? this.#begin(leaf, tokens);
    generalise(last, tokens);
    last.lines++;
    return last;
  }

  #begin(leaf: Draft[], tokens: string[]): Draft {
    const template = { id: this.#all.length + 1, tokens, lines: 1 };
    leaf.push(template);
    this.#all.push(template);
    return template;
  }

  /** What is likely a parameter leads the way of all parameters. */
  #leaf(tokens: readonly string[]): Draft[] {
    let node = childOf(this.#root, String(tokens.length), Number.POSITIVE_INFINITY);
    for (const token of tokens.slice(0, this.#keyTokens)) {
      node = childOf(node.children, isVariable(token) ? PARAMETER : token, this.#maxChildren);
    }
    return node.templates;
  }
}

/** With a digit or a masked value in it, as the paper has it. */
const isVariable = (token: string): boolean => /\d/.test(token) || token.includes(PARAMETER);

interface Draft extends Template {
  tokens: string[];
  lines: number;
}

class TreeNode {
  readonly children = new Map<string, TreeNode>();
  readonly templates: Draft[] = [];
}

/** The last place of a node that is full is that of all other tokens. */
function childOf(children: Map<string, TreeNode>, token: string, most: number): TreeNode {
  const known = children.get(token);
  if (known !== undefined) return known;
  const isFull = children.size >= most - (children.has(PARAMETER) ? 0 : 1);
  const key = isFull ? PARAMETER : token;
  const node = children.get(key) ?? new TreeNode();
  children.set(key, node);
  return node;
}

/** Words of a message, parameters masked; an empty one has one token, which is empty. */
export function tokensOf(message: string): string[] {
  const tokens = masked(message.trim()).split(/\s+/);
  if (tokens.length <= MAX_TOKENS) return tokens;
  return [...tokens.slice(0, MAX_TOKENS - 1), PARAMETER];
}

/**
 * The one with most words in common; of equals, the one with more parameters, as
 * the paper has it: parameters in common do not count. One that is the same
 * to the last token is it in any case.
 */
function mostSimilar(
  templates: readonly Draft[],
  tokens: readonly string[],
  atLeast: number,
): Draft | undefined {
  let best: Draft | undefined;
  let bestEqual = -1;
  let bestParameters = -1;
  for (const template of templates) {
    let equal = 0;
    let parameters = 0;
    let same = 0;
    for (let at = 0; at < tokens.length; at++) {
      const token = template.tokens[at] as string;
      if (token === tokens[at]) same++;
      if (token === PARAMETER) parameters++;
      else if (token === tokens[at]) equal++;
    }
    if (same === tokens.length) return template;
    if (equal > bestEqual || (equal === bestEqual && parameters > bestParameters)) {
      best = template;
      bestEqual = equal;
      bestParameters = parameters;
    }
  }
  return bestEqual >= atLeast * tokens.length ? best : undefined;
}

function generalise(template: Draft, tokens: readonly string[]): void {
  for (let at = 0; at < tokens.length; at++) {
    if (template.tokens[at] !== tokens[at]) template.tokens[at] = PARAMETER;
  }
}

/** What proposed rules are called and how they say what they say. */
import { PARAMETER } from './mask.ts';
import type { TemplateShape } from './template-shape.ts';

/** A machine of a proposal, and why it is proposed. */
export interface Draft {
  readonly why: string;
  readonly rules: string;
}

/** Its words, and paths with `:id` for what differs. */
export function title({ template }: TemplateShape): string {
  const words = template.tokens
    .map((token) => (token.includes('/') ? token.replaceAll(PARAMETER, ':id') : token))
    .filter((token) => !token.includes(PARAMETER))
    .map((token) => token.replaceAll(/^[^\p{L}/]+|[^\p{L}\d/]+$/gu, ''))
    .filter((word) => word !== '');
  return JSON.stringify(words.slice(0, 6).join(' ') || 'span').replaceAll('{', '\\{');
}

export const nameOf = (shape: TemplateShape, taken: Set<string>): string =>
  freeName(shape.words.join('-'), taken);

/** A machine's name that is like the text, and none of those taken. */
export function freeName(text: string, taken: Set<string>): string {
  const words = text.toLowerCase().replaceAll(/[^a-z\d-]/g, '');
  const base = /^[a-z]/.test(words) ? words.slice(0, 30).replace(/-+$/, '') : 'span';
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  return name;
}

/** One name for all, for the same value may be anywhere in another service's log. */
export const joinsOf = (names: readonly string[]): string =>
  names.map((name) => `, join value = ${name}`).join('');

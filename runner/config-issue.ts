import { isMap, isScalar, type Document, type LineCounter, type YAMLError } from 'yaml';
import { z } from 'zod';
import { didYouMean } from './nearest.ts';

/**
 * What is wrong with a config file's content, and where, a line each in the
 * order of the text:
 * `lab.yaml:3:5: nodes.web: unknown key "comand"; did you mean "command"?`
 */
export function issueTexts(
  file: string,
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  document: Document,
  lineCounter: LineCounter,
): string[] {
  return issues
    .flatMap(oneKeyEach)
    .map((issue) => ({ issue, offset: offsetOf(document, issue) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ issue, offset }) => {
      const { line, col } = lineCounter.linePos(offset);
      const where = issue.path.join('.');
      return `${file}:${line}:${col}: ${where === '' ? '' : `${where}: `}${messageOf(issue, schema)}`;
    });
}

const oneKeyEach = (issue: z.core.$ZodIssue): z.core.$ZodIssue | z.core.$ZodIssue[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : issue;

/** What is wrong with a config file as YAML: of two equal keys the second is shown. */
export function syntaxText(
  file: string,
  text: string,
  error: YAMLError,
  lineCounter: LineCounter,
): string {
  const [start, end] = error.pos;
  const { line, col } = lineCounter.linePos(start);
  const what =
    error.code === 'DUPLICATE_KEY'
      ? `${nameAt(text, start, end)} is there twice: each name can be given once`
      : `not YAML: ${error.message}`;
  return `${file}:${line}:${col}: ${what}`;
}

/** The parser marks a key's beginning, not always all of it. */
function nameAt(text: string, start: number, end: number): string {
  const key = text.slice(start, Math.max(end, start + 1 + text.slice(start + 1).search(/[:\s]|$/)));
  return JSON.stringify(key.replace(/^["'](.*)["']$/, '$1').trim());
}

/** A wrong key has its reason one level down. */
function messageOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return `unknown key ${JSON.stringify(key)}${didYouMean(key, keysAt(schema, issue.path))}`;
  }
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return inner === undefined ? issue.message : `expected ${inner.message}`;
}

/** The keys that a schema's object at a path knows. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [key, ...rest] = path;
  const type = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  if (type) return keysAt(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in as z.ZodType, path);
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => keysAt(option as z.ZodType, path));
  }
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  const next = schema.shape[String(key)] as z.ZodType | undefined;
  return next === undefined ? [] : keysAt(next, rest);
}

/** Where in the text an issue is: at the unknown key itself, else at the value, else at the nearest thing around it. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const path = [...issue.path] as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === issue.keys[0])
      : undefined;
    const range = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
    if (range !== undefined) return range[0];
  }
  for (; path.length > 0; path.pop()) {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    if (node?.range !== undefined) return node.range[0];
  }
  return 0;
}

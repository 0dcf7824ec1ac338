import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, isMap, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { UserError } from './user-error.ts';

const port = z.int().min(1).max(65_535);

const readyCheck = z.union([
  z.strictObject({ http: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({ port }),
  z.strictObject({ log: z.string().min(1) }),
]);

const nodeSpec = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.coerce.string()).default([]),
  env: z.record(z.string(), z.coerce.string()).default({}),
  cwd: z.string().optional(),
  /** Must be free when the process starts. */
  port: port.optional(),
  /** When the process counts as up: an answer below 500, a listener, or a text in its log. */
  ready: readyCheck.optional(),
});

/** Firehose names: `driver` is the runner itself, `system` names what is learned later. */
const nodeName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'a name of letters, digits, ".", "_" and "-"')
  .refine((name) => name !== 'driver' && name !== 'system', 'a name other than driver and system');

const runConfig = z.strictObject({
  nodes: z
    .record(nodeName, nodeSpec)
    .refine((nodes) => Object.keys(nodes).length > 0, 'at least one node'),
});

export type ReadyCheck = z.infer<typeof readyCheck>;

/** One process to start. */
export interface NodeSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the runner's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly port?: number;
  readonly ready?: ReadyCheck;
}

/**
 * Reads a config file: YAML, so JSON as well.
 *
 * ```yaml
 * nodes:
 *   web:
 *     command: node
 *     args: [server.js, --port, 3000]
 *     env: { NODE_ENV: development }
 *     cwd: ./app            # from the config file's folder
 *     port: 3000            # must be free at the start
 *     ready: { http: "http://127.0.0.1:3000/health" }   # or { port: 3000 }, or { log: listening }
 * ```
 * Throws a UserError that names file, line and column of what is wrong.
 */
export function readConfig(file: string): NodeSpec[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the config file ${file}: ${(error as Error).message}`);
  }
  const folder = dirname(resolve(file));
  return Object.entries(parseConfig(text, file).nodes).map(([name, spec]) => ({
    name,
    command: spec.command,
    args: spec.args,
    env: spec.env,
    cwd: resolve(folder, spec.cwd ?? '.'),
    ...(spec.port !== undefined && { port: spec.port }),
    ...(spec.ready !== undefined && { ready: spec.ready }),
  }));
}

function parseConfig(text: string, file: string): z.infer<typeof runConfig> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line, col } = lineCounter.linePos(syntax.pos[0]);
    throw new UserError(`${file}:${line}:${col}: not YAML: ${syntax.message}`);
  }
  const result = runConfig.safeParse(document.toJS());
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const offset = offsetOf(document, issue);
    const { line, col } = lineCounter.linePos(offset);
    const where = issue.path.join('.');
    return `${file}:${line}:${col}: ${where === '' ? '' : `${where}: `}${messageOf(issue)}`;
  });
  throw new UserError(lines.join('\n'));
}

/** A wrong key has its reason one level down. */
function messageOf(issue: z.core.$ZodIssue): string {
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return inner === undefined ? issue.message : `expected ${inner.message}`;
}

/** Where in the text an issue is: at the unknown key itself, else at the value, else at the nearest thing around it. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const path = [...issue.path] as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(parent)
      ? parent.items.find((item) => String(item.key) === issue.keys[0])
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

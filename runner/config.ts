import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { filter, type Filter } from '../log/filter.ts';
import type { BreakerSpec } from './breaker-node.ts';
import { issueTexts, syntaxText } from './config-issue.ts';
import { readEnvFile } from './env-file.ts';
import { orderIssues } from './node-order.ts';
import type { RestartPolicy } from './restart-policy.ts';
import { UserError } from './user-error.ts';

const port = z.int().min(1).max(65_535);

const readyCheck = z.union(
  [
    z.strictObject({ http: z.url({ protocol: /^https?$/ }) }),
    z.strictObject({ port }),
    z.strictObject({ log: z.string().min(1) }),
  ],
  'expected { http: URL }, { port: number } or { log: text }',
);

const restartWhen = z.enum(['never', 'on-failure', 'always']);
const restartDetail = z.strictObject({
  when: restartWhen,
  limit: z.int().min(1).default(10),
  delay_seconds: z.number().min(0).max(3600).default(1),
  max_delay_seconds: z.number().min(0).max(3600).default(30),
});
const restart = z
  .union(
    [restartWhen.transform((when) => restartDetail.parse({ when })), restartDetail],
    'expected never, on-failure, always, or { when, limit, delay_seconds, max_delay_seconds }',
  )
  .transform((said): RestartPolicy => ({
    when: said.when,
    limit: said.limit,
    delaySeconds: said.delay_seconds,
    maxDelaySeconds: said.max_delay_seconds,
  }));

const nodeSpec = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.coerce.string()).default([]),
  env: z.record(z.string(), z.coerce.string()).default({}),
  /** Files of KEY=value lines; later ones win, and `env` wins over all. */
  env_file: z
    .union(
      [z.string().transform((file) => [file]), z.array(z.string())],
      'expected a file, or several',
    )
    .default([]),
  cwd: z.string().optional(),
  /** Must be free when the process starts. */
  port: port.optional(),
  /** When the process counts as up: an answer below 500, a listener, or a text in its log. */
  ready: readyCheck.optional(),
  /** It starts when these are ready (those without a check: started). */
  after: z.array(z.string()).default([]),
  restart: restart.optional(),
});

/** Firehose names of others: `driver` is the runner itself, `system` names what is learned later, `docker` tells of containers. */
export const RESERVED_NAMES: readonly string[] = ['driver', 'system', 'docker'];

const nodeName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'a name of letters, digits, ".", "_" and "-"')
  .refine(
    (name) => !RESERVED_NAMES.includes(name),
    `a name other than ${RESERVED_NAMES.join(', ')}`,
  );

/** Lines, as `--grep` selects them. */
const lines = z.string().transform((text, context): Filter => {
  try {
    return filter(text);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});

const breakerSpec = z.strictObject({
  bad: lines,
  good: lines,
  threshold: z.int().min(1).max(1000).default(3),
  within_seconds: z.number().positive().default(10),
  half_open_seconds: z.number().positive().default(30),
  break_command: z.string().min(1).default('BreakCircuit'),
  restore_command: z.string().min(1).default('RestoreCircuit'),
});

const runConfig = z
  .strictObject({
    nodes: z
      .record(nodeName, nodeSpec)
      .refine((nodes) => Object.keys(nodes).length > 0, 'at least one node')
      .optional(),
    breakers: z.record(nodeName, breakerSpec).default({}),
  })
  .refine(
    ({ nodes, breakers }) => nodes !== undefined || Object.keys(breakers).length > 0,
    'expected nodes or breakers',
  );

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
  /** Names of the nodes that must be ready before it starts. */
  readonly after?: readonly string[];
  readonly restart?: RestartPolicy;
}

/** What a config file says. */
export interface RunConfig {
  /** What to start; undefined stands for the lab. */
  readonly nodes?: readonly NodeSpec[];
  readonly breakers: readonly BreakerSpec[];
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
 *     env_file: .env        # or several; from the config file's folder
 *     after: [db]           # starts when db is ready
 *     restart: on-failure   # or always, or { when, limit, delay_seconds, max_delay_seconds }
 * breakers:
 *   web:
 *     bad: log.level >= 50     # lines of web, as --grep selects them
 *     good: log.status == 200
 *     threshold: 3             # so many bad lines
 *     within_seconds: 10       # in so long break the circuit,
 *     half_open_seconds: 30    # which lets somebody try after so long
 *     break_command: BreakCircuit        # for the node's stdin
 *     restore_command: RestoreCircuit
 * ```
 * Without `nodes` it is about the lab's. Throws a UserError that names file,
 * line and column of what is wrong.
 */
export function readConfig(file: string): RunConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the config file ${file}: ${(error as Error).message}`);
  }
  const folder = dirname(resolve(file));
  const { nodes, breakers } = parseConfig(text, file, folder);
  return {
    ...(nodes !== undefined && { nodes: nodeSpecs(nodes, folder) }),
    breakers: Object.entries(breakers).map(([node, spec]) => ({
      node,
      bad: spec.bad,
      good: spec.good,
      threshold: spec.threshold,
      withinSeconds: spec.within_seconds,
      halfOpenSeconds: spec.half_open_seconds,
      breakCommand: spec.break_command,
      restoreCommand: spec.restore_command,
    })),
  };
}

function nodeSpecs(
  nodes: Readonly<Record<string, z.infer<typeof nodeSpec>>>,
  folder: string,
): NodeSpec[] {
  return Object.entries(nodes).map(([name, spec]) => ({
    name,
    command: spec.command,
    args: spec.args,
    env: { ...envOf(spec, folder), ...spec.env },
    cwd: resolve(folder, spec.cwd ?? '.'),
    ...(spec.port !== undefined && { port: spec.port }),
    ...(spec.ready !== undefined && { ready: spec.ready }),
    after: spec.after,
    ...(spec.restart !== undefined && { restart: spec.restart }),
  }));
}

const envOf = ({ env_file: files }: z.infer<typeof nodeSpec>, folder: string) =>
  Object.assign({}, ...files.map((file) => readEnvFile(resolve(folder, file)))) as Record<
    string,
    string
  >;

function parseConfig(text: string, file: string, folder: string): z.infer<typeof runConfig> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) throw new UserError(syntaxText(file, text, syntax, lineCounter));
  const result = runConfig
    .check(({ value, issues }) => {
      issues.push(...nodeIssues(value.nodes ?? {}, folder));
    })
    .safeParse(document.toJS());
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new UserError(issueTexts(file, issues, runConfig, document, lineCounter).join('\n'));
}

/** What no single value shows: nodes that wait for each other, files that cannot be read. */
function nodeIssues(
  nodes: Readonly<Record<string, z.infer<typeof nodeSpec>>>,
  folder: string,
): z.core.$ZodRawIssue[] {
  const issue = (path: (string | number)[], message: string): z.core.$ZodRawIssue => ({
    code: 'custom',
    path: ['nodes', ...path],
    message,
    input: undefined,
  });
  const waits = Object.fromEntries(Object.entries(nodes).map(([name, { after }]) => [name, after]));
  return [
    ...orderIssues(waits).map(({ node, index, message }) => issue([node, 'after', index], message)),
    ...Object.entries(nodes).flatMap(([name, spec]) => {
      try {
        envOf(spec, folder);
        return [];
      } catch (error) {
        return issue([name, 'env_file'], (error as Error).message);
      }
    }),
  ];
}

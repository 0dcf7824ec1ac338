import { once } from 'node:events';
import { terminalText } from '../../log/terminal-text.ts';
import { check, type Finding } from '../../rules/check.ts';
import { csvRecord } from '../../rules/csv.ts';
import { dot } from '../../rules/dot.ts';
import { Learner } from '../../rules/learn.ts';
import { RuleMachine, type RuleCounts } from '../../rules/machine.ts';
import { messageOf } from '../../rules/message.ts';
import type { RowAction } from '../../rules/action.ts';
import { svg } from '../../rules/svg.ts';
import { Templates } from '../../rules/templates.ts';
import { LineIds } from '../line-ids.ts';
import { readLogs } from '../read-logs.ts';
import { readRules, readRulesSyntax } from '../read-rules.ts';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';

export interface RulesOptions {
  readonly check?: string;
  readonly dot?: string;
  readonly svg?: string;
  readonly learn?: string;
  readonly templates?: string;
  readonly run?: string;
  readonly format?: 'text' | 'json' | 'csv' | 'ndjson';
  readonly table?: string;
  readonly timezone?: string;
  readonly similarity: number;
  readonly depth: number;
}

/** What can be asked for, and the formats of its answer, the default first. */
const MODES = {
  check: ['text', 'json'],
  dot: ['text'],
  svg: ['text'],
  learn: ['text'],
  templates: ['csv', 'ndjson'],
  run: ['csv', 'ndjson'],
} as const;
type Mode = keyof typeof MODES;

/** `onelog rules`: checks and draws rules, learns them from a log, and runs them for their rows. */
export async function rules(files: readonly string[], options: RulesOptions): Promise<void> {
  const { mode, file, format } = asked(files, options);
  switch (mode) {
    case 'check':
      return checkRules(file, format === 'json');
    case 'dot':
      return print(dot(readRulesSyntax(file)));
    case 'svg':
      return print(svg(readRulesSyntax(file)));
    case 'learn':
      return learn(file, options);
    case 'templates':
      return templates(file, format === 'csv', options);
    case 'run':
      return runRules(file, files, format === 'csv', options);
  }
}

function asked(files: readonly string[], options: RulesOptions) {
  const modes = (Object.keys(MODES) as Mode[]).filter((mode) => options[mode] !== undefined);
  const [mode, second] = modes;
  if (mode === undefined || second !== undefined) {
    const all = Object.keys(MODES)
      .map((name) => `--${name}`)
      .join(', ');
    const came = second === undefined ? 'none' : `--${mode} and --${second}`;
    throw new UserError(`expected one of ${all}, but got ${came}; try onelog rules --help`);
  }
  if (mode !== 'run' && files.length > 0) {
    throw new UserError(`--${mode} takes one file, but there is ${files.join(', ')} too`);
  }
  const formats: readonly string[] = MODES[mode];
  const format = options.format ?? formats[0];
  if (!formats.includes(format as string)) {
    throw new UserError(`--${mode} answers in ${formats.join(' or ')}, not in ${format}`);
  }
  return { mode, file: options[mode] as string, format };
}

/** Exits with 1 if something was found. */
async function checkRules(file: string, asJson: boolean): Promise<void> {
  const findings = check(readRulesSyntax(file));
  if (findings.length > 0) process.exitCode = 1;
  if (asJson) return print(`${JSON.stringify({ file, findings })}\n`);
  await print(findings.map((finding) => `${findingText(file, finding)}\n`).join(''));
  if (findings.length === 0) say(`${file}: nothing found`);
}

const findingText = (file: string, { line, column, kind, message }: Finding): string =>
  shown(`${file}:${line}:${column}: ${message} (${kind})`);

async function learn(file: string, options: RulesOptions): Promise<void> {
  const learner = new Learner(options);
  for await (const entries of logs([file], options)) {
    for (const entry of entries) learner.push(entry);
    if (learner.isFull) break;
  }
  const { rules, shapes, sessions, pairs, lines } = learner.learn(file);
  if (lines === 0) throw new UserError(`no line of ${file} has a message to learn from`);
  await print(shown(rules));
  say(
    `${shapes.length} templates in ${lines} lines, ${sessions.length} keys with lines that begin and end it, ${pairs.length} pairs that look like start and end; the commonest:`,
  );
  for (const { template, slots } of shapes.slice(0, 10)) {
    const parameters = slots
      .filter(({ cardinality }) => cardinality > 0)
      .map(({ name, valueClass, cardinality }) => `${name} ${valueClass} ×${cardinality}`);
    say(
      terminalText(
        `${String(template.lines).padStart(7)}  ${template.tokens.join(' ')}  ${parameters.join(', ')}`,
      ),
    );
  }
}

/** A row for each line of the file, also for those that belong to the entry before them; the template is the one that it had at last. */
async function templates(file: string, asCsv: boolean, options: RulesOptions): Promise<void> {
  const found = new Templates(options);
  const ids = new LineIds();
  for await (const entries of logs([file], options)) {
    for (const entry of entries) ids.add(entry, found.add(messageOf(entry)).id);
  }
  const texts = ['', ...found.all.map(({ tokens }) => tokens.join(' '))];
  const record = (line: number, id: number): string =>
    asCsv
      ? csvRecord([line, id, texts[id] as string])
      : `${JSON.stringify({ line, id, template: texts[id] })}\n`;
  let text = asCsv ? csvRecord(['line', 'id', 'template']) : '';
  for (let line = 1; line <= ids.lines; line++) {
    text += record(line, ids.of(line));
    if (text.length > 64 * 1024) {
      await print(shown(text));
      text = '';
    }
  }
  await print(shown(text));
  const overflow = found.overflow > 0 ? `; ${found.overflow} lines fitted none of them` : '';
  say(`${found.all.length} templates in ${ids.lines} lines${overflow}`);
}

/** Prints the rows of one table as CSV, or of all as NDJSON, as they come. */
async function runRules(
  file: string,
  files: readonly string[],
  asCsv: boolean,
  options: RulesOptions,
): Promise<void> {
  if (files.length === 0) throw new UserError('--run takes rules and then the logs to run them on');
  const rules = readRules([file]);
  const table = asCsv ? chosenTable(file, rules.tables, options.table) : options.table;
  const columns = table === undefined ? [] : knownTable(file, rules.tables, table);
  let text = asCsv ? csvRecord(columns) : '';
  const take = ({ row, values }: RowAction): void => {
    if (table !== undefined && row !== table) return;
    text += asCsv
      ? csvRecord(columns.map((column) => values[column] ?? null))
      : `${JSON.stringify({ table: row, ...values })}\n`;
  };
  const machine = new RuleMachine(rules, (action) => {
    if (action.kind === 'row') take(action);
  });
  const pass = async (): Promise<void> => {
    const ready = text;
    text = '';
    await print(shown(ready));
  };
  for await (const entries of logs(files, options)) {
    for (const entry of entries) machine.push(entry);
    await pass();
  }
  machine.end();
  await pass();
  say(summary(machine.counts));
}

type Tables = ReadonlyMap<string, readonly string[]>;

function chosenTable(file: string, tables: Tables, wanted: string | undefined): string {
  const [only, second] = tables.keys();
  if (wanted !== undefined) return wanted;
  if (only === undefined) {
    throw new UserError(
      `no rule of ${file} makes a row; one that does has emit NAME(…) on its right`,
    );
  }
  if (second === undefined) return only;
  const names = [...tables.keys()].join(', ');
  throw new UserError(
    `${file} has several tables (${names}); choose one by --table, or use --format ndjson`,
  );
}

function knownTable(file: string, tables: Tables, table: string): readonly string[] {
  const columns = tables.get(table);
  if (columns !== undefined) return columns;
  throw new UserError(
    `${file} has no table ${table}; it has ${[...tables.keys()].join(', ') || 'none'}`,
  );
}

function summary(counts: RuleCounts): string {
  const { lines, readLines, rows, spans, boundaries, evictedKeys } = counts;
  return (
    `${lines} lines, ${readLines} of them read by rules: ${rows} rows` +
    (spans + boundaries > 0
      ? ` (and ${spans} spans and ${boundaries} ends of spans, which \`onelog spans\` shows)`
      : '') +
    (evictedKeys > 0 ? `; ${evictedKeys} keys were given up, for there were too many at once` : '')
  );
}

/** Entries in batches; what could not be read of a file is said. */
async function* logs(files: readonly string[], { timezone }: RulesOptions) {
  const read = readLogs(files, timezone === undefined ? {} : { timeZone: timezone });
  yield* read;
  for (const { file, truncated } of read.summary) {
    if (truncated !== undefined)
      say(`${file} ends before its end (${truncated}); all before it was read`);
  }
}

/** Text from a log must not act on a terminal; line ends are ours. */
function shown(text: string): string {
  if (!process.stdout.isTTY) return text;
  return text.split('\n').map(terminalText).join('\n');
}

async function print(text: string): Promise<void> {
  if (process.stdout.listenerCount('error', endQuietly) === 0) {
    process.stdout.on('error', endQuietly);
  }
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Whoever reads the answer may have seen enough of it. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

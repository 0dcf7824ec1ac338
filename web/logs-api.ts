import { BadParameter, parseTraceId } from '../export/query-params.ts';
import type { LogEntry } from '../log/entry.ts';
import { filter } from '../log/filter.ts';
import { levelNumber, levelOf } from '../log/level.ts';
import { traceIds } from '../log/trace-ids.ts';
import { parseFirehoseLine } from '../log/wire.ts';
import type { LogAccess, LogState } from './log-access.ts';
import { lineSummary } from '../log/line-summary.ts';

/** A line as a list shows it; `text` is there where it was asked for. */
export interface LogLine {
  readonly line: number;
  /** When it was read, in Unix seconds; what follows is of a firehose line alone. */
  readonly ts?: number;
  readonly node?: string;
  readonly instance?: string;
  readonly seq?: number;
  /** In pino's numbers, where it says. */
  readonly level?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  /** In short, and what else it says; the message of any other line is its text. */
  readonly message: string;
  readonly rest: string;
  readonly text?: string;
  /** Whether the text was too long for an answer. */
  readonly isCut?: true;
}

/** `GET /api/one-log/logs`: a stretch of the log, and the lines in it that fit the filters. */
export interface LogPage {
  /** In the order of the log; all that fit with numbers from `from` up to but not including `to`. */
  readonly lines: readonly LogLine[];
  readonly from: number;
  readonly to: number;
  /** The log as it is now. */
  readonly log: Pick<LogState, 'first' | 'next' | 'readShare'>;
}

/** `GET /api/one-log/logs/place`: where the line asked for is; null where it is not held, or not read yet. */
export interface LogPlace {
  readonly line: number | null;
  readonly readShare: number;
}

/** Of text that one request looks through, and of lines it gives. */
const MAX_SCANNED_CHARS = 8 * 2 ** 20;
const MAX_LINES = 1_000;
const MAX_TEXT_CHARS = 2 ** 20;

/**
 * The log's part of the page's API, `path` being what follows `/api/one-log/`;
 * undefined for what is not of it. Throws BadParameter.
 *
 * - `logs/state`: LogState
 * - `logs/place?instance=&seq=`, `logs/place?at=` (Unix seconds): LogPlace
 * - `logs?from=LINE`, or `?before=LINE`, forwards or backwards from there, by
 *   default backwards from the end: LogPage. Narrowed by `node` (names with
 *   commas between them), `level` (and above), `text` (as `--grep`), `trace`.
 *   `limit` is up to 1,000, by default 200. The work of one request is bounded:
 *   where its stretch ends says where the next is to go on. `whole=true` adds
 *   each line's text, for one line only.
 */
export async function answerLogs(
  log: LogAccess,
  path: string,
  params: URLSearchParams,
): Promise<LogPage | LogState | LogPlace | undefined> {
  if (path === 'logs/state') return log.state();
  if (path === 'logs/place') {
    const line = (await place(log, params)) ?? null;
    return { line, readShare: (await log.state()).readShare };
  }
  return path === 'logs' ? page(log, params) : undefined;
}

async function place(log: LogAccess, params: URLSearchParams): Promise<number | undefined> {
  const instance = params.get('instance') ?? '';
  const at = params.get('at') ?? '';
  if (at !== '') return log.at(numberOf('at', at));
  if (instance === '') throw new BadParameter("expected 'instance' and 'seq', or 'at'");
  return log.find(instance, numberOf('seq', params.get('seq') ?? ''));
}

async function page(log: LogAccess, params: URLSearchParams): Promise<LogPage> {
  const whole = params.get('whole') === 'true';
  const limit = whole ? 1 : (lineNumber(params, 'limit') ?? 200);
  if (limit < 1 || limit > MAX_LINES) {
    throw new BadParameter(`'limit' should be from 1 to ${MAX_LINES}, got ${limit}`);
  }
  const wanted = wantedOf(params);
  const { first, next, readShare } = await log.state();
  const asked = lineNumber(params, 'from');
  const before = Math.min(lineNumber(params, 'before') ?? next, next);
  const stretch =
    asked === undefined
      ? await backwards(log, { first, next: before }, wanted, limit)
      : await forwards(log, { first: Math.max(asked, first), next }, wanted, limit);
  const lines = stretch.found.map((found) => lineOf(found, whole));
  return { lines, from: stretch.from, to: stretch.to, log: { first, next, readShare } };
}

interface Found {
  readonly line: number;
  readonly text: string;
  readonly entry: LogEntry | undefined;
}

interface Stretch {
  readonly found: readonly Found[];
  readonly from: number;
  readonly to: number;
}

type Range = Pick<LogState, 'first' | 'next'>;
type Wanted = (text: string) => Omit<Found, 'line'> | undefined;

async function forwards(
  log: LogAccess,
  { first, next }: Range,
  wanted: Wanted,
  limit: number,
): Promise<Stretch> {
  const found: Found[] = [];
  let scanned = 0;
  let line = first;
  while (line < next && found.length < limit && scanned < MAX_SCANNED_CHARS) {
    const block = await log.block(line);
    if (block === undefined) break;
    const end = Math.min(next, block.first + block.lines.length);
    for (; line < end && found.length < limit; line++) {
      const text = block.lines[line - block.first] ?? '';
      scanned += text.length;
      const fits = wanted(text);
      if (fits !== undefined) found.push({ line, ...fits });
    }
  }
  return { found, from: first, to: line };
}

async function backwards(
  log: LogAccess,
  { first, next }: Range,
  wanted: Wanted,
  limit: number,
): Promise<Stretch> {
  const found: Found[] = [];
  let scanned = 0;
  let line = next;
  while (line > first && found.length < limit && scanned < MAX_SCANNED_CHARS) {
    const block = await log.block(line - 1);
    if (block === undefined) break;
    for (; line > Math.max(first, block.first) && found.length < limit; line--) {
      const text = block.lines[line - 1 - block.first] ?? '';
      scanned += text.length;
      const fits = wanted(text);
      if (fits !== undefined) found.push({ line: line - 1, ...fits });
    }
  }
  return { found: found.reverse(), from: line, to: next };
}

/** What the filters leave of a line: nothing, or the line with what it was parsed to. */
function wantedOf(params: URLSearchParams): Wanted {
  const nodes = (params.get('node') ?? '').split(',').filter((name) => name !== '');
  const level = levelParameter(params.get('level') ?? '');
  const trace = traceParameter(params.get('trace') ?? '');
  const grep = grepParameter(params.get('text') ?? '');
  const isFiltered = nodes.length > 0 || (level ?? trace ?? grep) !== undefined;
  return (text) => {
    const entry = parseFirehoseLine(text);
    if (entry === undefined) return isFiltered ? undefined : { text, entry };
    if (nodes.length > 0 && !nodes.includes(entry.node)) return undefined;
    if (level !== undefined && (levelOf(entry) ?? 0) < level) return undefined;
    if (grep !== undefined && !grep(entry)) return undefined;
    if (trace !== undefined && traceIds(entry.log).traceId !== trace) return undefined;
    return { text, entry };
  };
}

function lineOf({ line, text, entry }: Found, whole: boolean): LogLine {
  const { message, rest } = lineSummary(text);
  const exact = {
    ...(whole && { text: text.slice(0, MAX_TEXT_CHARS) }),
    ...(whole && text.length > MAX_TEXT_CHARS && { isCut: true as const }),
  };
  if (entry === undefined) return { line, message, rest, ...exact };
  const { ts, node, instance, seq } = entry;
  const level = levelOf(entry);
  const { traceId, spanId } = traceIds(entry.log);
  return {
    line,
    ts,
    node,
    instance,
    seq,
    ...(level !== undefined && { level }),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
    message,
    rest,
    ...exact,
  };
}

function levelParameter(text: string): number | undefined {
  if (text === '') return undefined;
  const level = levelNumber(text);
  if (level !== undefined) return level;
  throw new BadParameter(
    `'level' should be trace, debug, info, warn, error, fatal or a number, got "${text}"`,
  );
}

const traceParameter = (text: string): string | undefined =>
  text === '' ? undefined : parseTraceId(text);

function grepParameter(text: string): ReturnType<typeof filter> | undefined {
  if (text.trim() === '') return undefined;
  try {
    return filter(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadParameter(error.message, { cause: error });
    throw error;
  }
}

function lineNumber(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new BadParameter(`'${name}' should be a whole number from 0, got "${text}"`);
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new BadParameter(`'${name}' should be a number, got "${text}"`);
}

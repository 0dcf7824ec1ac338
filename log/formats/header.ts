import type { JsonObject } from '../entry.ts';
import { timeEnd } from '../timestamp.ts';
import { levelName } from './level-name.ts';
import { pairs } from './pairs.ts';

/** The head of a text line and what comes after it. */
export interface Header {
  readonly time: string;
  level?: string;
  pid?: number;
  logger?: string;
  /** What is in `[…]`, without ids and pairs: threads, mostly. */
  readonly groups: string[];
  /** Ids and pairs in brackets: `[shop,4bf9…,00f0…]`, `[trace_id=4bf9…]`. */
  fields: JsonObject;
  msg: string;
}

/**
 * Reads the head that most loggers give a text line: a time, in brackets or
 * not, then level, process, bracketed parts and logger in any order, and what
 * is left is the message. All but the time is optional; undefined for a line
 * that does not begin with one.
 */
export function readHeader(line: string): Header | undefined {
  const lead = leadOf(line);
  const open = lead.length + (line.charAt(lead.length) === '[' ? 1 : 0);
  const end = timeEnd(line, open);
  if (end === -1 || !AFTER_TIME.test(line.charAt(end))) return undefined;
  const header: Header = { time: line.slice(open, end), groups: [], fields: {}, msg: '' };
  if (lead.level !== undefined) header.level = lead.level;
  const at = open > lead.length ? takeBracketRest(line, end, header) : end;
  header.msg = line.slice(takeParts(line, at, header));
  return header;
}

/**
 * What a few loggers write before the time: the level, Ruby's its letter
 * (`I, [2026-11-23T09:00:00.123456 #4711]  INFO -- shop: pet added`), Redis its
 * process and role (`1:M 23 Nov 2026 09:00:00.123 * Ready`).
 */
const LEAD = /^(?:[DIWEFA], |\d{1,10}:[A-Z] |[[(<]?([A-Za-z]{3,11})[\])>]?[:,|]?\s+)(?=\[?[\dA-Z])/;
const AFTER_TIME = /^[\s\]|:,]?$/;

function leadOf(line: string): { length: number; level?: string } {
  const [lead = '', word] = LEAD.exec(line) ?? [];
  if (word === undefined) return { length: lead.length };
  const level = levelName(word);
  return level === undefined ? { length: 0 } : { length: lead.length, level };
}

interface Part {
  /** Sticky; tried only where it is wanted. */
  readonly pattern: RegExp;
  readonly wanted?: (header: Header) => boolean;
  /** Gives false for a match that is none after all. */
  readonly take: (match: RegExpExecArray, header: Header) => boolean;
}

const PARTS: readonly Part[] = [
  {
    // INFO, INFO:, [info], <info>, (info), info: and info |; a small word alone may begin a sentence.
    pattern:
      /([A-Z]{3,11})(?=[\s:|]|$):?|[[<(]\s*([A-Za-z]{1,11})\s*[\])>]|([a-z]{3,8})(?::|(?=\s*\|))/y,
    wanted: ({ level }) => level === undefined,
    take([, capitals, bracketed, small], header) {
      const level = levelName(capitals ?? bracketed ?? small ?? '');
      if (level === undefined) return false;
      header.level = level;
      return true;
    },
  },
  {
    pattern: /\[([^\][]{0,512})\]/y,
    take([, text = ''], header) {
      takeGroup(text.trim(), header);
      return true;
    },
  },
  {
    // A process's number stands before the level, a bracket or dashes: `200 OK` is a message.
    pattern: /(\d{1,10})(?=\s+(?:--|[A-Z]{3,11}\b|\[))/y,
    wanted: ({ pid }) => pid === undefined,
    take([, pid], header) {
      header.pid = Number(pid);
      return true;
    },
  },
  {
    // pino-pretty: (4711): or (shop/4711 on lab-1):
    pattern: /\((?:([\w.@-]{1,64})\/)?(\d{1,10})(?: on [^\s()]{1,255})?\):/y,
    wanted: ({ pid }) => pid === undefined,
    take([, name, pid], header) {
      header.pid = Number(pid);
      if (name !== undefined) header.logger = name;
      return true;
    },
  },
  {
    // A logger ends with ` - `, ` : ` or `: `, or has dots and a bracket behind it.
    pattern:
      /([A-Za-z_$][\w.$#/<>:*-]{0,255}?)(?:\s+--?(?=\s)|\s*:(?=\s|$)|(?<=\w\.[\w.$]+)(?=\s*\[))/y,
    wanted: ({ logger }) => logger === undefined,
    take(match, header) {
      const [whole, logger = ''] = match;
      // `Failed: no` is a message: a plain name needs a dash or a colon by itself behind it.
      const sure = /[.:/]/.test(logger) || /\s(?:--?|:)$/.test(whole);
      if (!sure || !hasPlaceForLogger(header, match)) return false;
      header.logger = logger;
      return true;
    },
  },
];

/** A logger comes after the level or a thread, or right before the level, as in Python's usual layout. */
function hasPlaceForLogger({ level, groups }: Header, { 0: whole, index, input }: RegExpExecArray) {
  const end = index + whole.length;
  return level !== undefined || groups.length > 0 || LEVEL_NEXT.test(input.slice(end, end + 16));
}

const LEVEL_NEXT = /^\s+[A-Z]{3,11}\b/;
const BETWEEN = /[\s|]*(?:(?:-{1,3}|:)(?=\s)[\s|]*){0,2}/y;

/** Gives where the message begins. */
function takeParts(line: string, start: number, header: Header): number {
  let at = start;
  for (;;) {
    at += matchAt(BETWEEN, line, at)?.[0].length ?? 0;
    const end = takePart(line, at, header);
    if (end === undefined) return at;
    at = end;
  }
}

function takePart(line: string, at: number, header: Header): number | undefined {
  for (const { pattern, wanted, take } of PARTS) {
    if (wanted && !wanted(header)) continue;
    const match = matchAt(pattern, line, at);
    if (match && take(match, header)) return at + match[0].length;
  }
  return undefined;
}

/** The rest of the bracket that the time began: `[2026-11-23T09:00:00Z INFO shop::pets]`, `[… #4711]`. */
function takeBracketRest(line: string, at: number, header: Header): number {
  const close = line.indexOf(']', at);
  if (close === -1) return at;
  for (const word of line.slice(at, close).split(/\s+/)) {
    if (!/\w/.test(word)) continue;
    const level = header.level === undefined ? levelName(word) : undefined;
    if (level !== undefined) header.level = level;
    else if (word.includes('::') || word.includes('.')) header.logger ??= word;
    else takeGroup(word.replace(/^#/, ''), header);
  }
  return close + 1;
}

function takeGroup(text: string, header: Header): void {
  const found = idsInGroup(text) ?? pairs(text);
  if (found) header.fields = { ...found, ...header.fields };
  else if (/^\d{1,10}$/.test(text) && header.pid === undefined) header.pid = Number(text);
  else if (text !== '') header.groups.push(text);
}

/** Spring Cloud Sleuth's `[service,trace,span]`, with `,true` for exported ones, and Spring Boot's `[trace-span]`; empty outside a trace. */
const SLEUTH = /^([^\s,]{0,64}),([0-9a-f]{16,32})?,([0-9a-f]{16})?(?:,(?:true|false)?)?$/;
const SPRING = /^([0-9a-f]{32}|[0-9a-f]{16})[-,]\s?([0-9a-f]{16})$/;

function idsInGroup(text: string): JsonObject | undefined {
  const [, service, traceId, spanId] = SLEUTH.exec(text) ?? [];
  if (service !== undefined) {
    return {
      ...(service !== '' && { service }),
      ...(traceId !== undefined && { trace_id: traceId }),
      ...(spanId !== undefined && { span_id: spanId }),
    };
  }
  const [, trace, span] = SPRING.exec(text) ?? [];
  return trace === undefined || span === undefined ? undefined : { trace_id: trace, span_id: span };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

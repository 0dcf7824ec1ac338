import type { SplitLine } from '../stream/line-splitter.ts';
import { continuation } from './continuation.ts';
import { Detector, FREE_TEXT, type Detected } from './detect.ts';
import { isJsonObject, type JsonObject, type LogEntry } from './entry.ts';
import { FirehoseText } from './firehose-text.ts';
import { parseTime } from './timestamp.ts';
import type { TimeZone } from './time-zone.ts';
import { parseFirehoseLine } from './wire.ts';

export interface RawLogOptions {
  /** The zone of times that name none. */
  readonly timeZone: TimeZone;
  /** When the last line was written at the latest, in Unix seconds. */
  readonly latest: number;
}

/** What was found in a file so far. */
export interface RawLogCounts {
  lines: number;
  /** Entries by the name of their format. */
  readonly formats: Map<string, number>;
  /** Lines that joined the entry before them. */
  joined: number;
  /** Entries that have no time of their own, and got their neighbour's. */
  undated: number;
  /** Entries in which nothing was found, format `text`, and the first three of them. */
  notUnderstood: number;
  readonly examples: string[];
}

/** Where an entry is still growing. */
interface Growing {
  readonly detected: Detected;
  readonly line: SplitLine;
  readonly lineNumber: number;
  readonly more: string[];
  length: number;
  inTraceback: boolean;
}

const MAX_EXAMPLES = 3;
/** Of one entry, in UTF-16 units and lines; a line that would be more is an entry of its own. */
const MAX_JOINED_LENGTH = 64 * 1024;
const MAX_JOINED_LINES = 1_000;
/** Entries without a time at a file's start that wait for the first time to come. */
const MAX_WAITING = 1_000;

/**
 * Turns the lines of one file into entries, whatever their format. Nothing is
 * lost: each line is in an entry, but for blank ones.
 *
 * A firehose line is the entry that it holds, with the fields of what is text there. For any other, `node` is the
 * service that the line names, else the file's name without extensions;
 * `instance` is `node@file`; `stream` is `file`; `seq` counts the file's lines
 * from 0; `ts` is the line's own time, else that of the line before, and before
 * the first time the first; `log` has the fields. Stack traces and the like
 * join the entry before them: in `text` by newlines, in `log.stack` by themselves.
 *
 * An entry is given when the next line shows that it is whole.
 */
export class RawLog {
  readonly counts: RawLogCounts = {
    lines: 0,
    formats: new Map(),
    joined: 0,
    undated: 0,
    notUnderstood: 0,
    examples: [],
  };
  readonly #file: string;
  readonly #node: string;
  readonly #options: RawLogOptions;
  readonly #detector = new Detector();
  readonly #firehoseText = new FirehoseText();
  #growing: Growing | undefined;
  #inFirehose = false;
  /** The time of the newest entry that had one. */
  #near: number | undefined;
  #waiting: Growing[] = [];
  #out: LogEntry[] = [];

  constructor(file: string, options: RawLogOptions) {
    this.#file = file;
    this.#node = nodeOfFile(file);
    this.#options = options;
  }

  /** The entries that are whole after these lines, in the file's order. */
  push(lines: readonly SplitLine[]): LogEntry[] {
    for (const line of lines) this.#line(line);
    return this.#taken();
  }

  /** The file has ended: gives what is left. */
  end(): LogEntry[] {
    for (const text of this.#detector.end()) this.#read({ text });
    this.#finish();
    this.#dateWaiting(this.#options.latest);
    return this.#taken();
  }

  #taken(): LogEntry[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #line(line: SplitLine): void {
    if (line.part === undefined || line.part[0] === 0) this.counts.lines++;
    // A firehose has nothing but its own lines, mostly: then each is parsed once.
    this.#inFirehose = this.#inFirehose && this.#firehose(line.text);
    if (!this.#inFirehose) this.#read(line);
  }

  #read(line: SplitLine): void {
    const detected = this.#detector.detect(line.text);
    if (detected === undefined) return;
    this.#inFirehose = isFirehose(detected.log) && this.#firehose(line.text);
    if (this.#inFirehose) return;
    const { freeText } = detected;
    if (freeText !== undefined && (freeText === '' || this.#join(detected, freeText, line))) return;
    this.#begin(detected, line);
  }

  /** Gives false for a line that is no firehose line. */
  #firehose(text: string): boolean {
    const entry = parseFirehoseLine(text);
    if (entry === undefined) return false;
    this.#finish();
    this.#dateWaiting(entry.ts);
    this.#near = entry.ts;
    this.#count('firehose');
    this.#out.push(this.#firehoseText.read(entry));
    return true;
  }

  /** Whether the line goes on with the entry that is growing. */
  #join({ service }: Detected, freeText: string, { text }: SplitLine): boolean {
    const growing = this.#growing;
    if (growing === undefined || growing.detected.service !== service) return false;
    const { detected, inTraceback, more } = growing;
    const found = continuation(freeText, {
      inTraceback,
      formatted: detected.freeText === undefined,
    });
    if (found === undefined) return false;
    if (growing.length + text.length > MAX_JOINED_LENGTH || more.length >= MAX_JOINED_LINES)
      return false;
    growing.inTraceback = found === 'traceback';
    growing.length += text.length;
    more.push(freeText);
    this.counts.joined++;
    return true;
  }

  #begin(detected: Detected, line: SplitLine): void {
    this.#finish();
    this.#growing = {
      detected,
      line,
      lineNumber: this.counts.lines,
      more: [],
      length: line.text.length,
      inTraceback: line.text.endsWith(TRACEBACK_HEAD),
    };
  }

  /** The entry that was growing is whole. */
  #finish(): void {
    const growing = this.#growing;
    if (growing === undefined) return;
    this.#growing = undefined;
    const { detected, line } = growing;
    this.#count(detected.format);
    if (detected.format === FREE_TEXT) this.#noteExample(line.text);
    const ts = this.#ownTime(detected);
    if (ts === undefined) this.counts.undated++;
    else {
      this.#dateWaiting(ts);
      this.#near = ts;
    }
    if (this.#near === undefined) {
      this.#waiting.push(growing);
      if (this.#waiting.length > MAX_WAITING) this.#dateWaiting(this.#options.latest);
    } else this.#out.push(this.#entry(growing, this.#near));
  }

  #ownTime({ time, envelopeTime }: Detected): number | undefined {
    if (time === undefined) return undefined;
    const { timeZone, latest } = this.#options;
    const context = { timeZone, latest, near: this.#near };
    const envelope = envelopeTime === undefined ? undefined : parseTime(envelopeTime, context);
    return parseTime(time, { ...context, envelope }) ?? envelope;
  }

  #dateWaiting(ts: number): void {
    if (this.#waiting.length === 0) return;
    for (const growing of this.#waiting) this.#out.push(this.#entry(growing, ts));
    this.#waiting = [];
  }

  #entry({ detected, line, lineNumber, more }: Growing, ts: number): LogEntry {
    const node = detected.service ?? this.#node;
    const { log } = detected;
    return {
      ts,
      node,
      instance: `${node}@${this.#file}`,
      stream: 'file',
      seq: lineNumber - 1,
      ...(line.part && { part: line.part }),
      ...(line.bytes && { rawBase64: line.bytes.toString('base64') }),
      source: { file: this.#file, line: lineNumber },
      log: more.length === 0 ? log : { ...log, stack: stackOf(log, more) },
      text: more.length === 0 ? line.text : [line.text, ...more].join('\n'),
    };
  }

  #count(format: string): void {
    this.counts.formats.set(format, (this.counts.formats.get(format) ?? 0) + 1);
  }

  #noteExample(text: string): void {
    this.counts.notUnderstood++;
    if (this.counts.examples.length < MAX_EXAMPLES) this.counts.examples.push(text.slice(0, 300));
  }
}

const TRACEBACK_HEAD = 'Traceback (most recent call last):';

const isFirehose = ({ node, seq, log }: JsonObject): boolean =>
  typeof node === 'string' && typeof seq === 'number' && isJsonObject(log);

function stackOf({ stack }: JsonObject, more: readonly string[]): string {
  return [...(typeof stack === 'string' ? [stack] : []), ...more].join('\n');
}

const EXTENSION =
  /\.(?:log|txt|out|err|json|ndjson|jsonl|gz|zst|old|bak|\d{1,3}|\d{4}-?\d\d-?\d\d)$|[-_]\d{4}-?\d\d-?\d\d$/;

/**
 * The node that a file's name tells: the name without folder, extensions, and
 * the numbers and dates that rotation adds, `/var/log/shop.log.2.gz` → `shop`.
 * A name that is a number alone (Kubernetes' `…/shop/0.log`) gives the
 * folder's; stdin is `stdin`.
 */
export function nodeOfFile(file: string): string {
  if (file === '-') return 'stdin';
  const [base = '', folder = ''] = file.split(/[/\\]/).reverse();
  let name = base;
  while (EXTENSION.test(name)) name = name.replace(EXTENSION, '');
  name = name.replace(/(?<=.)\.[A-Za-z]\w{0,7}$/, '');
  if (/^\d*$/.test(name) && folder !== '' && !/^\.+$/.test(folder)) return folder;
  return name === '' ? base : name;
}

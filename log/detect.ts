import { isJsonObject, type JsonObject, type JsonValue } from './entry.ts';
import { accessLog } from './formats/access-log.ts';
import { bunyan } from './formats/bunyan.ts';
import { compose } from './formats/compose.ts';
import { cri } from './formats/cri.ts';
import { docker } from './formats/docker.ts';
import { envoy } from './formats/envoy.ts';
import { errorLog } from './formats/error-log.ts';
import type { Format, Reading } from './formats/format.ts';
import { journald } from './formats/journald.ts';
import { json } from './formats/json.ts';
import { klog } from './formats/klog.ts';
import { logfmt } from './formats/logfmt.ts';
import { logrus } from './formats/logrus.ts';
import { oneLog } from './formats/one-log.ts';
import { pairs } from './formats/pairs.ts';
import { pino } from './formats/pino.ts';
import { python } from './formats/python.ts';
import { syslog } from './formats/syslog.ts';
import { timedText } from './formats/timed-text.ts';
import { trailingJson } from './formats/trailing-json.ts';
import { TIME_KEYS, firstOf, serviceOf } from './formats/usual-fields.ts';
import { winston } from './formats/winston.ts';
import { zap } from './formats/zap.ts';

/** The most exact first; the last of each reads nearly anything. */
const JSON_FORMATS: readonly Format[] = [
  oneLog,
  docker,
  bunyan,
  pino,
  zap,
  logrus,
  winston,
  envoy,
  journald,
  json,
];
const TEXT_FORMATS: readonly Format[] = [
  cri,
  klog,
  zap,
  accessLog,
  errorLog,
  envoy,
  syslog,
  winston,
  python,
  compose,
  logfmt,
];

/** All formats that are looked for, to say what was tried. */
export const FORMAT_NAMES: readonly string[] = [
  ...new Set([...JSON_FORMATS, ...TEXT_FORMATS, timedText].map(({ name }) => name)),
];

/** What a line turned out to be. */
export interface Detected {
  /** The format's name, `docker > pino` for one within another. */
  readonly format: string;
  /** Set where no format fits: the text that is the program's own, all of it. */
  readonly freeText?: string;
  readonly log: JsonObject;
  readonly time: JsonValue | undefined;
  /** The time of what holds the line. */
  readonly envelopeTime?: JsonValue | undefined;
  readonly service: string | undefined;
}

/** Names of what is no format: free text, such with pairs in it, and such with an object at its end. */
export const FREE_TEXT = 'text';
const FREE_PAIRS = 'key=value';
const FREE_JSON = 'text with JSON';

/**
 * Tells how each line of one source is written, and reads it. Every line is
 * looked at by itself, so formats may mix and a banner decides nothing. Of text
 * formats, that of the line before is asked first; all but the last of them
 * are told by their shape, so that none takes another's lines.
 */
export class Detector {
  #last: Format | undefined;
  #inner: Detector | undefined;
  /** By stream: what goes on in its next line. */
  readonly #begun = new Map<string, string>();

  /** Reads a line without its newline. Undefined for one that goes on in the next of its stream. Never throws. */
  detect(line: string): Detected | undefined {
    const text = clean(line);
    const object = parsedObject(text);
    if (object) return this.#take(jsonReading(object));
    return this.#take(this.#textReading(text));
  }

  /** The source has ended: gives the lines whose next piece never came, and forgets them. */
  end(): string[] {
    const waiting = [...this.#begun.values(), ...(this.#inner?.end() ?? [])];
    this.#begun.clear();
    return waiting;
  }

  #textReading(text: string): Named {
    const formats = this.#last ? [this.#last, ...TEXT_FORMATS] : TEXT_FORMATS;
    for (const format of formats) {
      const reading = format.text?.(text);
      if (reading) {
        this.#last = format;
        return { name: reading.dialect ?? format.name, reading: enriched(reading) };
      }
    }
    const reading = timedText.text?.(text);
    if (reading) return { name: reading.dialect ?? timedText.name, reading: enriched(reading) };
    return freeReading(text);
  }

  #take({ name, reading, freeText }: Named): Detected | undefined {
    const { log, time, inner, partial } = reading;
    const service = reading.service ?? serviceOf(log);
    if (inner === undefined) {
      return { format: name, log, time, service, ...(freeText !== undefined && { freeText }) };
    }
    const stream = `${reading.stream}/${service}`;
    const whole = (this.#begun.get(stream) ?? '') + inner;
    if (partial && whole.length < MAX_JOINED && this.#begun.size <= MAX_STREAMS) {
      this.#begun.set(stream, whole);
      return undefined;
    }
    this.#begun.delete(stream);
    const within = (this.#inner ??= new Detector()).detect(whole);
    return within && wrapped(name, reading, service, within);
  }
}

const MAX_JOINED = 1024 * 1024;
const MAX_STREAMS = 100;

interface Named {
  readonly name: string;
  readonly reading: Reading;
  readonly freeText?: string;
}

const ANSI = /\u001b\[[\d;?]*[ -/]*[@-~]/g;

/** Without colours, white space at the end and a byte order mark. */
function clean(line: string): string {
  const plain = line.includes('\u001b') ? line.replaceAll(ANSI, '') : line;
  const start = plain.charCodeAt(0) === 0xfe_ff ? 1 : 0;
  return (start === 0 ? plain : plain.slice(1)).trimEnd();
}

function parsedObject(text: string): JsonObject | undefined {
  const first = text.charCodeAt(0);
  if (first !== 123 && first !== 32 && first !== 9) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function jsonReading(log: JsonObject): Named {
  for (const format of JSON_FORMATS) {
    const reading = format.json?.(log);
    if (reading) return { name: format.name, reading };
  }
  return { name: 'json', reading: { log } };
}

/** A text line's message may have fields at its end or pairs within; the format's own fields come first. */
function enriched(reading: Reading): Reading {
  const { log, inner } = reading;
  const { msg } = log;
  if (inner !== undefined || typeof msg !== 'string') return reading;
  const { text, fields } = trailingJson(msg);
  const more = fields ?? pairs(msg);
  return more ? { ...reading, log: { ...more, ...log, msg: text } } : reading;
}

function freeReading(freeText: string): Named {
  const { text, fields } = trailingJson(freeText);
  const found = fields ?? pairs(freeText);
  const name = found === undefined ? FREE_TEXT : fields === undefined ? FREE_PAIRS : FREE_JSON;
  const time = found && firstOf(found, TIME_KEYS);
  return { name, reading: { log: { ...found, message: text }, time }, freeText };
}

/** A line within a line: its own fields come before the envelope's, its time too. */
function wrapped(
  name: string,
  outer: Reading,
  service: string | undefined,
  inner: Detected,
): Detected {
  const isFree = inner.freeText !== undefined;
  return {
    format: inner.format === FREE_TEXT ? name : `${name} > ${inner.format}`,
    ...(isFree && { freeText: inner.freeText }),
    log: withinFields(outer.log, inner, isFree),
    time: inner.time ?? outer.time,
    envelopeTime: inner.time === undefined ? undefined : (inner.envelopeTime ?? outer.time),
    service: inner.service ?? service,
  };
}

/** An envelope that has fields has the message too. */
function withinFields(outer: JsonObject, { log }: Detected, isFree: boolean): JsonObject {
  if (Object.keys(outer).length === 0) return log;
  if (!isFree) return { ...outer, ...log };
  const { message: _, ...found } = log;
  return { ...found, ...outer };
}

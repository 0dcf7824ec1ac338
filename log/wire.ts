/**
 * The wire format of the firehose: one JSON object a line, built by
 * concatenation so that a process's own JSON keeps its text (big integers, key
 * order, duplicate keys).
 *
 * `{"ts":1795363200.123456,"node":"petstore","instance":"petstore@lab-1/4711.1795363100","stream":"stdout","seq":42,"log":{…}}`
 */
import { isJsonObject, type JsonObject, type LogEntry } from './entry.ts';

/** The precise name of one process: `node@host/pid.start`, start in Unix seconds. */
export function instanceId(node: string, host: string, pid: number, startSeconds: number): string {
  return `${node}@${host}/${pid}.${startSeconds}`;
}

/** What is the same for all lines that one process wrote in one go. */
export interface Envelope {
  readonly node: string;
  readonly instance: string;
  readonly stream: string;
}

/** The envelope's text up to `seq`, made once for each chunk that is read. `tsMicros` is whole Unix microseconds. */
export function envelopeHead(tsMicros: number, { node, instance, stream }: Envelope): string {
  return `{"ts":${secondsText(tsMicros)},"node":${JSON.stringify(node)},"instance":${JSON.stringify(instance)},"stream":${JSON.stringify(stream)},"seq":`;
}

/** Seconds with exactly six decimals: doubles would print some with fewer. */
function secondsText(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return `${seconds}.${String(micros - seconds * 1e6).padStart(6, '0')}`;
}

/** A process's own line: the object it parses to, and the JSON text that stands for it on the wire. */
export interface OwnOutput {
  readonly log: JsonObject;
  readonly json: string;
}

/** A line that is a JSON object stays as it is, to the letter; any other becomes `{"message": …}`. Never throws. */
export function ownOutput(line: string): OwnOutput {
  // '{' or white space first: the only lines that can be objects.
  const first = line.charCodeAt(0);
  if (first === 123 || first === 32 || first === 9) {
    try {
      const value: unknown = JSON.parse(line);
      if (isJsonObject(value)) return { log: value, json: line };
    } catch {
      // Not JSON: it is a message then.
    }
  }
  return message(line);
}

/** Any text as the line's message, whatever it looks like. */
export function message(text: string): OwnOutput {
  return { log: { message: text }, json: `{"message":${JSON.stringify(text)}}` };
}

/**
 * Reads one line of a stored firehose. Gives undefined for a line that is none:
 * no JSON object, or without `node`, `seq` and `log`, which mark the format.
 * The fields that a hand-made firehose may lack have defaults: `ts` 0,
 * `instance` the node's name, `stream` `stdout`.
 */
export function parseFirehoseLine(text: string): LogEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { ts, node, instance, stream, seq, time, log, part, raw_base64: rawBase64 } = value;
  if (typeof node !== 'string' || typeof seq !== 'number' || !isJsonObject(log)) return undefined;
  return {
    ts: typeof ts === 'number' ? ts : 0,
    node,
    instance: typeof instance === 'string' ? instance : node,
    stream: typeof stream === 'string' ? stream : 'stdout',
    seq,
    ...(typeof time === 'string' && { time }),
    ...(isPart(part) && { part }),
    ...(typeof rawBase64 === 'string' && { rawBase64 }),
    log,
    text,
  };
}

function isPart(value: unknown): value is [number, boolean] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    typeof value[0] === 'number' &&
    typeof value[1] === 'boolean'
  );
}

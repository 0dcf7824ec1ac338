import type { SplitLine } from '../stream/line-splitter.ts';
import type { JsonObject, LogEntry } from './entry.ts';
import { envelopeHead, message, ownOutput, type Envelope } from './wire.ts';

/** Lines that came in one go, in order, and their text as it goes to a file: each line ended by LF. */
export interface Batch {
  readonly entries: readonly LogEntry[];
  readonly text: string;
}

/**
 * The merge point: the only place that gives lines an order. Lines of one batch
 * are never separated by another's, `ts` never goes back (a clock that does is
 * held), and each instance's `seq` counts from 0 without gaps.
 *
 * @param nowMicros Unix time in whole microseconds
 * @param emit gets every batch, in order, synchronously
 */
export class Firehose {
  readonly #nowMicros: () => number;
  readonly #emit: (batch: Batch) => void;
  #lastMicros = 0;

  constructor(nowMicros: () => number, emit: (batch: Batch) => void) {
    this.#nowMicros = nowMicros;
    this.#emit = emit;
  }

  /** Unix microseconds of the newest line, 0 before the first. */
  get lastMicros(): number {
    return this.#lastMicros;
  }

  /** A new instance's way into the firehose; its `seq` starts at 0. */
  source(node: string, instance: string): Source {
    let seq = 0;
    const write = (stream: string, lines: readonly SourceLine[]): void => {
      if (lines.length === 0) return;
      const micros = this.#tick();
      const head = envelopeHead(micros, { node, instance, stream });
      const ts = micros / 1e6;
      const envelope = { node, instance, stream };
      const entries: LogEntry[] = [];
      let text = '';
      for (const line of lines) {
        const entry = new FirehoseEntry(ts, envelope, seq++, head, line);
        entries.push(entry);
        text += entry.text;
        text += '\n';
      }
      this.#emit({ entries, text });
    };
    return {
      instance,
      write,
      say: (log, stream = 'stdout') => write(stream, [{ text: JSON.stringify(log) }]),
    };
  }

  #tick(): number {
    this.#lastMicros = Math.max(this.#lastMicros, this.#nowMicros());
    return this.#lastMicros;
  }
}

/** A line as it enters. */
export interface SourceLine extends SplitLine {
  /** When whoever passed the line on says that it was written (RFC 3339), where somebody does. */
  readonly time?: string | undefined;
}

/** Where one instance's lines enter. */
export interface Source {
  readonly instance: string;
  write(stream: string, lines: readonly SourceLine[]): void;
  /** One line of our own making. */
  say(log: JsonObject, stream?: string): void;
}

class FirehoseEntry implements LogEntry {
  readonly ts: number;
  readonly node: string;
  readonly instance: string;
  readonly stream: string;
  readonly seq: number;
  readonly log: JsonObject;
  readonly text: string;
  declare readonly part?: readonly [index: number, last: boolean];
  declare readonly rawBase64?: string;
  declare readonly time?: string;

  constructor(
    ts: number,
    { node, instance, stream }: Envelope,
    seq: number,
    head: string,
    line: SourceLine,
  ) {
    this.ts = ts;
    this.node = node;
    this.instance = instance;
    this.stream = stream;
    this.seq = seq;
    const own = line.part === undefined ? ownOutput(line.text) : message(line.text);
    this.log = own.log;
    if (line.part === undefined && line.bytes === undefined && line.time === undefined) {
      this.text = `${head}${seq},"log":${own.json}}`;
      return;
    }
    let marks = '';
    if (line.time !== undefined) {
      this.time = line.time;
      marks += `,"time":${JSON.stringify(line.time)}`;
    }
    if (line.part !== undefined) {
      this.part = line.part;
      marks += `,"part":[${line.part[0]},${line.part[1]}]`;
    }
    if (line.bytes !== undefined) {
      this.rawBase64 = line.bytes.toString('base64');
      marks += `,"raw_base64":"${this.rawBase64}"`;
    }
    this.text = `${head}${seq}${marks},"log":${own.json}}`;
  }
}

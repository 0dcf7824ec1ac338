import { LineSplitter } from '../../stream/line-splitter.ts';
import type { SourceLine } from '../../log/firehose.ts';
import { FrameReader } from './frames.ts';
import { StampedText, stampedFrame, type Stamped } from './stamped.ts';
import type { LogPosition } from './log-position.ts';

export interface OutputOptions {
  readonly hasTerminal: boolean;
  readonly maxLineBytes: number;
  readonly onLines: (stream: string, lines: readonly SourceLine[]) => void;
  /** The engine says in the stream that it cannot go on. */
  readonly onError: (message: string) => void;
}

const CR = 13;

/**
 * Makes lines of what a container's log gives, each with the time at which it
 * was begun. Pieces that `position` knows are passed over, so that a log which
 * is read again from a time gives each line once, one that was cut in the middle
 * too.
 */
export class ContainerOutput {
  readonly #options: OutputOptions;
  readonly #position: LogPosition;
  readonly #lines = new Map<string, { splitter: LineSplitter; begun: string | undefined }>();
  #frames = new FrameReader();
  #text = new StampedText();

  constructor(position: LogPosition, options: OutputOptions) {
    this.#position = position;
    this.#options = options;
  }

  /** The log is asked for again. */
  resume(): void {
    this.#position.resume();
    this.#frames = new FrameReader();
    this.#text = new StampedText();
  }

  /** Throws a RangeError for bytes that are no frames, from a container without a terminal. */
  push(chunk: Buffer): void {
    if (this.#options.hasTerminal) {
      for (const piece of this.#text.push(chunk)) this.#take('stdout', withoutReturn(piece));
      return;
    }
    for (const { stream, payload } of this.#frames.push(chunk)) {
      if (stream === 'error') this.#options.onError(payload.toString('utf8').trim());
      else this.#take(stream, stampedFrame(payload));
    }
  }

  /** No more comes: gives what has no newline. */
  end(): void {
    for (const piece of this.#text.end()) this.#take('stdout', piece);
    for (const [stream, line] of this.#lines) {
      this.#give(stream, line.splitter.end(), line.begun);
      line.begun = undefined;
    }
  }

  #take(stream: string, { time, payload }: Stamped): void {
    if (!this.#position.isNew(time)) return;
    const line = this.#lineOf(stream);
    line.begun ??= time;
    this.#give(stream, line.splitter.push(payload), line.begun);
    if (payload.at(-1) === 10) line.begun = undefined;
  }

  #lineOf(stream: string): { splitter: LineSplitter; begun: string | undefined } {
    let line = this.#lines.get(stream);
    if (line === undefined) {
      line = { splitter: new LineSplitter(this.#options.maxLineBytes), begun: undefined };
      this.#lines.set(stream, line);
    }
    return line;
  }

  #give(stream: string, lines: ReturnType<LineSplitter['push']>, time: string | undefined): void {
    if (lines.length > 0)
      this.#options.onLines(
        stream,
        lines.map((line) => ({ ...line, time })),
      );
  }
}

/** A terminal has made CR LF of the program's LF. */
function withoutReturn({ time, payload }: Stamped): Stamped {
  if (payload.at(-2) !== CR || payload.at(-1) !== 10) return { time, payload };
  return { time, payload: Buffer.concat([payload.subarray(0, -2), Buffer.from('\n')]) };
}

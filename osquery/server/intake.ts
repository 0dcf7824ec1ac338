import type { JsonValue } from '../../log/entry.ts';
import type { Firehose, Source, SourceLine } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { LineSplitter } from '../../stream/line-splitter.ts';
import { postedLines } from './posted-lines.ts';
import { Repeats } from './repeats.ts';

/** Where lines go, and how that place is. */
export interface IntakeSink {
  readonly firehose: Firehose;
  /** Whether all that is in the firehose by now is also where it stays. */
  settled(): Promise<boolean>;
  /** Longer lines are split, in bytes. */
  readonly maxLineBytes: number;
}

/** Hosts that write at the same time; who has not written for longest gets a new instance when it does again. */
const MAX_SOURCES = 1_000;

/**
 * What agents log, on its way into the firehose: node and stream are `osquery`,
 * the instance names the host, and a line that came before is not written again.
 */
export class Intake {
  readonly #sink: IntakeSink;
  readonly #repeats = new Repeats();
  readonly #sources = new Map<string, Source>();
  #lastStartSeconds = 0;
  #paused = false;
  readonly counts = { lines: 0, repeated: 0 };

  constructor(sink: IntakeSink) {
    this.#sink = sink;
  }

  /** Takes nothing until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /**
   * Gives true once all lines of a post are in the firehose: only then may it be
   * acknowledged. False where they cannot be now; the agent must send them again.
   *
   * @param host a safe name
   * @param text the post's body
   * @param data its items
   */
  async take(host: string, text: string, data: readonly JsonValue[]): Promise<boolean> {
    if (this.#paused) return false;
    const lines = postedLines(text, data);
    const { fresh, remember, forget } = this.#repeats.sift(host, lines);
    if (fresh.length > 0) {
      // Before it is settled: the agent may lose patience and send it again meanwhile.
      remember();
      this.#sourceOf(host).write(
        'osquery',
        fresh.flatMap((line) => this.#split(line)),
      );
      if (!(await this.#sink.settled())) {
        forget();
        return false;
      }
    }
    this.counts.lines += fresh.length;
    this.counts.repeated += lines.length - fresh.length;
    return true;
  }

  #split(text: string): SourceLine[] {
    const { maxLineBytes } = this.#sink;
    if (text.length * 3 <= maxLineBytes || Buffer.byteLength(text) <= maxLineBytes)
      return [{ text }];
    const splitter = new LineSplitter(maxLineBytes);
    return [...splitter.push(Buffer.from(`${text}\n`)), ...splitter.end()];
  }

  #sourceOf(host: string): Source {
    const known = this.#sources.get(host);
    const source = known ?? this.#newSource(host);
    this.#sources.delete(host);
    this.#sources.set(host, source);
    for (const oldest of this.#sources.keys()) {
      if (this.#sources.size <= MAX_SOURCES) break;
      this.#sources.delete(oldest);
    }
    return source;
  }

  /** Counted on where two begin in the same second, so that no two instances have one name. */
  #newSource(host: string): Source {
    const nowSeconds = Math.floor(Date.now() / 1e3);
    this.#lastStartSeconds = Math.max(nowSeconds, this.#lastStartSeconds + 1);
    const instance = instanceId('osquery', host, process.pid, this.#lastStartSeconds);
    return this.#sink.firehose.source('osquery', instance);
  }
}

import { createHash } from 'node:crypto';

/** About 7 MB; an agent's fullest posts (1024 lines every 4 s) are remembered for four minutes. */
const MAX_LINES = 65_536;

/**
 * Recognises lines that an agent sends again. It delivers at least once: where an
 * answer is lost, the same lines come again, letter for letter, often with new
 * ones among them.
 *
 * A line is known by a hash of its whole text beside the host it is from. That
 * is more than its name, epoch, counter and unixTime: one query gives many rows
 * with those the same. Rows that are entirely alike in one post are all kept (a
 * query may give a row twice), and one that comes again only as often as it came
 * at most in a single post before is a repeat. So of alike rows that one result
 * has and that the bound on a post tears apart, the later ones are taken for
 * repeats; and over a restart of the server, or after 65,536 other lines, nothing
 * is remembered.
 */
export class Repeats {
  readonly #most: number;
  /** By hash, how often it was in one post; the newest at the end. */
  readonly #counts = new Map<string, number>();

  constructor(mostLines = MAX_LINES) {
    this.#most = mostLines;
  }

  /** Of a post's lines, those that are new, in their order; they are known once they are remembered. */
  sift(
    host: string,
    lines: readonly string[],
  ): { readonly fresh: readonly string[]; remember(): void; forget(): void } {
    const counts = new Map<string, number>();
    const fresh = lines.filter((line) => {
      const hash = hashOf(host, line);
      const count = (counts.get(hash) ?? 0) + 1;
      counts.set(hash, count);
      return count > (this.#counts.get(hash) ?? 0);
    });
    return {
      fresh,
      remember: () => this.#remember(counts),
      forget: () => {
        for (const hash of counts.keys()) this.#counts.delete(hash);
      },
    };
  }

  #remember(counts: ReadonlyMap<string, number>): void {
    for (const [hash, count] of counts) {
      const most = Math.max(count, this.#counts.get(hash) ?? 0);
      this.#counts.delete(hash);
      this.#counts.set(hash, most);
    }
    for (const hash of this.#counts.keys()) {
      if (this.#counts.size <= this.#most) return;
      this.#counts.delete(hash);
    }
  }
}

const hashOf = (host: string, line: string): string =>
  createHash('sha256').update(`${host}\n${line}`).digest('base64').slice(0, 22);

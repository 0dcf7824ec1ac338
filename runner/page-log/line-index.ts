import { parseFirehoseLine } from '../../log/wire.ts';

/** Whole lines that lie together in one part of a log: what is read to get at one of them. */
export interface Block {
  /** Which of the log's files; counts from 0. */
  readonly part: number;
  /** Where in the part's unpacked bytes. */
  readonly offset: number;
  bytes: number;
  /** The number of its first line. */
  readonly first: number;
  lines: number;
  /** When its first line was read, in Unix seconds; of the block before where that line does not say. */
  readonly ts: number;
}

/** Lines of an instance that are far enough apart, to begin a search at. */
interface Instance {
  readonly node: string;
  count: number;
  /** Ascending both; as many of one as of the other. */
  seqs: number[];
  lines: number[];
}

/**
 * Where the lines of a log are: their numbers count from 0 in the order of
 * writing. It remembers a place about every 64 KiB, and of each instance a line
 * about every 1,024; where that becomes too much, half of it, so that its memory
 * is bounded whatever the log's length.
 */
export class LineIndex {
  #blocks: Block[] = [];
  #blockBytes = BLOCK_BYTES;
  #stride = STRIDE_LINES;
  #samples = 0;
  readonly #instances = new Map<string, Instance>();
  #ts = 0;
  /** The number of the next line to come. */
  next = 0;

  /** The number of the oldest line that is held: older ones were in parts that are gone. */
  get first(): number {
    return this.#blocks[0]?.first ?? this.next;
  }

  /** Lines read so far by node, most first; those of instances beyond the bound are left out. */
  nodes(): { node: string; lines: number }[] {
    const counts = new Map<string, number>();
    for (const { node, count } of this.#instances.values()) {
      counts.set(node, (counts.get(node) ?? 0) + count);
    }
    return [...counts]
      .map(([node, lines]) => ({ node, lines }))
      .sort((a, b) => b.lines - a.lines || (a.node < b.node ? -1 : 1));
  }

  /** Takes the next lines of a part, whole ones, each ended by LF; `offset` is where they begin in it. */
  add(part: number, offset: number, lines: Buffer): void {
    // One character a byte: places in the text are places in the bytes.
    const text = lines.toString('latin1');
    for (let start = 0; start < text.length;) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline + 1;
      this.#note(lines, text, start, end);
      this.#place(part, offset + start, end - start);
      start = end;
    }
    if (this.#blocks.length > MAX_BLOCKS) this.#mergeBlocks();
    if (this.#samples > MAX_SAMPLES) this.#thinSamples();
  }

  /** The block that has that line; undefined where there is none. */
  blockOf(line: number): Block | undefined {
    const block = this.#blocks[lastAtOrBefore(this.#blocks, ({ first }) => first, line)];
    return block !== undefined && line < block.first + block.lines ? block : undefined;
  }

  /** A line to begin at when looking for the first that was read at `ts` (Unix seconds) or later. */
  beforeTime(ts: number): number {
    return (
      this.#blocks[lastAtOrBefore(this.#blocks, (block) => block.ts, ts, true)]?.first ?? this.first
    );
  }

  /** Between which lines an instance's line is, both inclusive; undefined where it never spoke. */
  whereabouts(instance: string, seq: number): { from: number; to: number } | undefined {
    const known = this.#instances.get(instance);
    if (known === undefined) return undefined;
    const at = lastAtOrBefore(known.seqs, (sampled) => sampled, seq);
    return {
      from: known.lines[Math.max(0, at)] ?? this.first,
      to: known.lines[at + 1] ?? this.next - 1,
    };
  }

  /** Forgets the lines of a part, and of those before it. */
  dropThrough(part: number): void {
    this.#blocks = this.#blocks.filter((block) => block.part > part);
  }

  #note(lines: Buffer, text: string, start: number, end: number): void {
    HEAD.lastIndex = start;
    const head = HEAD.exec(text);
    if (head !== null && HEAD.lastIndex <= end) {
      const [, ts = '', node = '', instance = '', seq = ''] = head;
      this.#ts = Number(ts);
      this.#sample(node, instance, Number(seq));
      return;
    }
    const entry = parseFirehoseLine(lines.toString('utf8', start, end));
    if (entry === undefined) return;
    this.#ts = entry.ts;
    this.#sample(entry.node, entry.instance, entry.seq);
  }

  #sample(node: string, instance: string, seq: number): void {
    let known = this.#instances.get(instance);
    if (known === undefined) {
      if (this.#instances.size >= MAX_INSTANCES) return;
      known = { node, count: 0, seqs: [], lines: [] };
      this.#instances.set(instance, known);
    }
    known.count += 1;
    if (this.next - (known.lines.at(-1) ?? Number.NEGATIVE_INFINITY) < this.#stride) return;
    known.seqs.push(seq);
    known.lines.push(this.next);
    this.#samples += 1;
  }

  #place(part: number, offset: number, bytes: number): void {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.part === part && last.bytes < this.#blockBytes) {
      last.bytes += bytes;
      last.lines += 1;
    } else {
      this.#blocks.push({ part, offset, bytes, first: this.next, lines: 1, ts: this.#ts });
    }
    this.next += 1;
  }

  #mergeBlocks(): void {
    this.#blockBytes *= 2;
    const merged: Block[] = [];
    for (const block of this.#blocks) {
      const last = merged.at(-1);
      if (last !== undefined && last.part === block.part && last.bytes < this.#blockBytes) {
        last.bytes += block.bytes;
        last.lines += block.lines;
      } else merged.push(block);
    }
    this.#blocks = merged;
  }

  #thinSamples(): void {
    this.#stride *= 2;
    this.#samples = 0;
    for (const instance of this.#instances.values()) {
      let last = Number.NEGATIVE_INFINITY;
      const kept = instance.lines.map((line) => {
        if (line - last < this.#stride) return false;
        last = line;
        return true;
      });
      instance.seqs = instance.seqs.filter((_, index) => kept[index]);
      instance.lines = instance.lines.filter((_, index) => kept[index]);
      this.#samples += instance.lines.length;
    }
  }
}

const BLOCK_BYTES = 64 * 1024;
const STRIDE_LINES = 1_024;
const MAX_BLOCKS = 16_384;
const MAX_SAMPLES = 131_072;
const MAX_INSTANCES = 10_000;

/** How a firehose begins its lines; names beyond ASCII go the long way. */
const HEAD =
  /\{"ts":([\d.]+),"node":"([^"\\\x80-\xff]*)","instance":"([^"\\\x80-\xff]*)","stream":"[^"]*","seq":(\d+)/y;

/** The index of the last item whose key is at or before `wanted` (with `before`: before it), in ascending order; -1 for none. */
function lastAtOrBefore<T>(
  items: readonly T[],
  keyOf: (item: T) => number,
  wanted: number,
  before = false,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = keyOf(items[middle] as T);
    if (before ? key < wanted : key <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

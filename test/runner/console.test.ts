import { Writable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { filter } from '../../log/filter.ts';
import { FirehoseConsole, type FirehoseConsoleOptions } from '../../runner/console.ts';
import { sampleEntry } from '../log/sample-entry.ts';

/** A stream that takes text only when it is let, `release` by `release`. */
class SlowStream extends Writable {
  text = '';
  #free: (() => void) | undefined;
  isSlow = false;

  constructor() {
    super({ highWaterMark: 100, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    if (this.isSlow) this.#free = done;
    else done();
  }

  release(): void {
    this.isSlow = false;
    this.#free?.();
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

function open(options: Partial<FirehoseConsoleOptions> = {}) {
  const stream = new SlowStream();
  const onClosed = vi.fn<(error: Error) => void>();
  const console = new FirehoseConsole({
    stream,
    isTerminal: false,
    format: 'json',
    colour: 'none',
    onClosed,
    ...options,
  });
  return { stream, console, onClosed };
}

const said = (count: number, from = 0): LogEntry[] =>
  Array.from({ length: count }, (_, index) =>
    sampleEntry({ level: 30, msg: `line ${from + index}` }, { seq: from + index }),
  );

describe('the console', () => {
  test('shows figures of the system as text to who names their node, and to programs', () => {
    const system = { node: 'vmstat', stream: 'vmstat' };
    const entries = [
      sampleEntry({ interval: [1, 2], run_queue: 3 }, system),
      sampleEntry({ msg: 'web-1 die' }, { node: 'docker', stream: 'docker' }),
      // A process may call itself so, and write what it likes.
      sampleEntry({ run_queue: 4 }, { node: 'vmstat' }),
    ];
    const shown = (options: Partial<FirehoseConsoleOptions>): number => {
      const { stream, console } = open(options);
      console.write(entries);
      return stream.lines.length;
    };
    expect(shown({ format: 'text' })).toBe(2);
    expect(shown({ format: 'text', only: ['vmstat'] })).toBe(2);
    expect(shown({ format: 'json' })).toBe(3);
  });

  test("shows as JSON each line's own text", () => {
    const { stream, console } = open();
    const text = '{"log":{"big":12345678901234567890,"a":1,"a":2}}';
    console.write([...said(2), sampleEntry({}, { text }), sampleEntry({ tick: true })]);
    expect(stream.lines).toEqual([
      ...said(2).map((entry) => entry.text),
      text,
      sampleEntry({ tick: true }).text,
    ]);
  });

  test('shows as text a line for people, and no ticks', () => {
    const { stream, console } = open({ format: 'text' });
    console.write([sampleEntry({ tick: true }), ...said(1), sampleEntry({ tick: true })]);
    console.write([sampleEntry({ tick: true })]);
    expect(stream.lines).toEqual([
      expect.stringMatching(/^\d\d:00:00\.123 petstore INFO {2}line 0$/),
    ]);
  });

  test('escapes on a terminal what JSON may hold unescaped, and nowhere else', () => {
    const text = '{"log":{"msg":"\u009B31m\u202E\u007F"}}';
    const shown = [true, false].map((isTerminal) => {
      const { stream, console } = open({ isTerminal });
      console.write([sampleEntry({}, { text })]);
      return stream.lines[0];
    });
    expect(shown).toEqual([String.raw`{"log":{"msg":"\u009b31m\u202e\u007f"}}`, text]);
  });

  test('shows the nodes, levels and matches that are asked for', () => {
    const { stream, console } = open({
      only: ['petstore', 'payment'],
      level: 30,
      grep: [filter('pet'), filter('log.price > 5')],
    });
    const wanted = sampleEntry({ level: 40, msg: 'pet', price: 10 });
    const noLevel = sampleEntry({ message: 'pet', price: 10 });
    console.write([
      wanted,
      noLevel,
      sampleEntry({ level: 40, msg: 'pet', price: 10 }, { node: 'driver' }),
      sampleEntry({ level: 20, msg: 'pet', price: 10 }),
      sampleEntry({ level: 40, msg: 'pet', price: 1 }),
    ]);
    expect(stream.lines).toEqual([wanted.text, noLevel.text]);
  });

  test('asks the sources of a slow pipe to wait, and shows every line', async () => {
    const { stream, console } = open();
    const drained = vi.fn<() => void>();
    console.onDrain(drained);
    stream.isSlow = true;
    expect(console.write(said(1))).toBe(false);
    expect(console.write(said(3, 1))).toBe(false);
    expect([console.isFree, drained.mock.calls.length]).toEqual([false, 0]);
    stream.release();
    await vi.waitFor(() => expect(drained).toHaveBeenCalledOnce());
    expect([console.isFree, console.write([])]).toEqual([true, true]);
    expect(stream.lines).toEqual(said(4).map(({ text }) => text));
  });

  test('skips and counts what a slow terminal has no room for, and says so when it has', async () => {
    const { stream, console } = open({ isTerminal: true, grep: [filter('line')] });
    stream.isSlow = true;
    expect(console.write(said(2))).toBe(true);
    expect(console.write([...said(1_234, 2), sampleEntry({ msg: 'unwanted' })])).toBe(true);
    expect([console.isFree, stream.writableLength < 1_000]).toEqual([true, true]);
    stream.release();
    await vi.waitFor(() => expect(stream.lines).toHaveLength(3));
    console.write(said(1, 2_000));
    expect(stream.lines.slice(2)).toEqual([
      '… 1,234 lines not shown (the log file has them)',
      said(1, 2_000)[0]?.text,
    ]);
  });

  test('says once that nobody reads any more, lets the sources go on and writes no more', async () => {
    const { stream, console, onClosed } = open();
    const drained = vi.fn<() => void>();
    console.onDrain(drained);
    stream.isSlow = true;
    expect(console.write(said(1))).toBe(false);
    stream.destroy(new Error('write EPIPE'));
    await vi.waitFor(() =>
      expect(onClosed).toHaveBeenCalledExactlyOnceWith(new Error('write EPIPE')),
    );
    expect(drained).toHaveBeenCalledOnce();
    expect([console.write(said(1)), console.isFree]).toEqual([true, true]);
    await console.close(60_000);
  });

  test('is closed when all is written, or the deadline is over', async () => {
    const { stream, console } = open();
    console.write(said(3));
    await console.close(60_000);
    expect(stream.lines).toHaveLength(3);
    stream.isSlow = true;
    console.write(said(1));
    await console.close(1);
    expect(stream.writableNeedDrain).toBe(true);
  });
});

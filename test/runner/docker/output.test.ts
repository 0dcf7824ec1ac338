import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogPosition, rfc3339, unixNanos } from '../../../runner/docker/log-position.ts';
import { FrameReader } from '../../../runner/docker/frames.ts';
import { ContainerOutput } from '../../../runner/docker/output.ts';
import { check } from '../../property.ts';

/** One message as the engine keeps it: at most 16 KiB of a line, which ends with LF in its last. */
interface Message {
  readonly nanos: bigint;
  readonly stream: 1 | 2;
  readonly text: string;
}

const START = 1_795_363_200_000_000_000n;

const stamped = ({ nanos, text }: Message): Buffer => Buffer.from(`${rfc3339(nanos)} ${text}`);

function frame(message: Message): Buffer {
  const payload = stamped(message);
  const header = Buffer.alloc(8);
  header[0] = message.stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Feeds bytes in pieces of the lengths given, over and over. */
function feed(output: ContainerOutput, bytes: Buffer, lengths: readonly number[]): void {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    output.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
}

function collect(hasTerminal: boolean) {
  const position = new LogPosition(0n);
  const lines: string[] = [];
  const errors: string[] = [];
  const output = new ContainerOutput(position, {
    hasTerminal,
    maxLineBytes: 1024 * 1024,
    onLines: (stream, got) =>
      lines.push(...got.map(({ text, time }) => `${stream} ${time ?? 'no time'} ${text}`)),
    onError: (message) => errors.push(message),
  });
  return { position, output, lines, errors };
}

/** Lines of a container, some at the same time, cut where the engine cuts them. */
const messages = fc
  .array(
    fc.record({
      step: fc.nat(1),
      stream: fc.constantFrom(1 as const, 2 as const),
      text: fc.oneof(
        fc
          .string({ unit: 'grapheme', maxLength: 20 })
          .map((text) => text.replaceAll(/[\r\n]/g, '')),
        fc.constant('long '.repeat(7_000)),
      ),
    }),
    { maxLength: 12 },
  )
  .map((lines) => {
    let nanos = START;
    return lines.flatMap(({ step, stream, text }): Message[] => {
      nanos += BigInt(step);
      const bytes = Buffer.from(`${text}\n`);
      const pieces = Math.ceil(bytes.length / 16_384);
      return Array.from({ length: pieces }, (_, index) => ({
        nanos,
        stream,
        text: bytes.subarray(index * 16_384, (index + 1) * 16_384).toString(),
      }));
    });
  });

/** What the messages are, put together by the same rules in another way. */
function expected(all: readonly Message[], hasTerminal: boolean): string[] {
  const lines: string[] = [];
  const open = new Map<string, string>();
  for (const { nanos, stream, text } of all) {
    const name = hasTerminal || stream === 1 ? 'stdout' : 'stderr';
    const line = (open.get(name) ?? `${name} ${rfc3339(nanos)} `) + text;
    if (line.endsWith('\n')) {
      lines.push(line.slice(0, -1));
      open.delete(name);
    } else open.set(name, line);
  }
  return lines;
}

const lengths = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 });

describe('the output of a container', () => {
  test('gives each line with its time, wherever the bytes are cut', () => {
    check(
      fc.property(messages, lengths, (all, lengths) => {
        const { output, lines } = collect(false);
        feed(output, Buffer.concat(all.map(frame)), lengths);
        output.end();
        expect(lines).toEqual(expected(all, false));
      }),
      60,
    );
  });

  test('gives each line once when the log is asked for again from where it stood', () => {
    check(
      fc.property(messages, fc.nat(), lengths, (all, cut, lengths) => {
        const { output, lines, position } = collect(false);
        const bytes = Buffer.concat(all.map(frame));
        feed(output, bytes.subarray(0, bytes.length === 0 ? 0 : cut % bytes.length), lengths);
        const [seconds = '0', nanos = '0'] = position.since.split('.');
        const since = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
        output.resume();
        feed(output, Buffer.concat(all.filter((m) => m.nanos >= since).map(frame)), lengths);
        output.end();
        expect(lines).toEqual(expected(all, false));
      }),
      100,
    );
  });

  test('of a terminal has no frames: times are taken out of long lines too', () => {
    check(
      fc.property(messages, lengths, (all, lengths) => {
        const ofOne = all.map((message): Message => ({ ...message, stream: 1 }));
        const { output, lines } = collect(true);
        const bytes = ofOne.map((message) =>
          stamped({ ...message, text: message.text.replace(/\n$/, '\r\n') }),
        );
        feed(output, Buffer.concat(bytes), lengths);
        output.end();
        expect(lines).toEqual(expected(ofOne, true));
      }),
      60,
    );
  });

  test('tells what the engine says in the stream of an error of its own', () => {
    const { output, errors, lines } = collect(false);
    const payload = Buffer.from('error from daemon in stream: no more\n');
    output.push(Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, payload.length]), payload]));
    expect([errors, lines]).toEqual([['error from daemon in stream: no more'], []]);
  });

  test('is refused where it is not made of frames', () => {
    expect(() => new FrameReader().push(Buffer.from('plain text'))).toThrow(
      'the stream is not made of frames',
    );
  });
});

describe('a time of the engine', () => {
  test('is read to the nanosecond, in any zone', () => {
    check(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), (nanos) => {
        expect(unixNanos(rfc3339(nanos))).toBe(nanos);
      }),
    );
    expect(unixNanos('2026-11-23T10:00:00.5+01:00')).toBe(unixNanos('2026-11-23T09:00:00.500Z'));
    expect(unixNanos('yesterday')).toBeUndefined();
  });
});

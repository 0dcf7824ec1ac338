import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../export/clock.ts';
import { SpanExporter, type ExporterOptions } from '../../export/exporter.ts';
import { SendError, type Sender } from '../../export/sender.ts';
import type { JsonObject } from '../../log/entry.ts';
import type { Span } from '../../spans/span.ts';
import { check } from '../property.ts';
import { sampleSpan, sampleSpans } from './sample-span.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-log-exporter-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Answer = 'ok' | 'away' | 'refuse' | 'hang';

/** A target that answers as it is told, and keeps each batch it took as ids. */
class FakeTarget implements Sender {
  readonly target = 'http://jaeger.test/';
  answer: Answer = 'ok';
  taken: string[][] = [];
  readonly tries: string[] = [];
  closed = false;

  async send(spans: readonly Span[]): Promise<void> {
    this.tries.push(JSON.stringify(spans));
    if (this.answer === 'hang') return new Promise(() => {});
    if (this.answer === 'away') throw new SendError('connect ECONNREFUSED', true);
    if (this.answer === 'refuse') throw new SendError('it answered HTTP 400', false);
    this.taken.push(spans.map(({ spanId }) => spanId));
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Time stands still until `pass` lets the timers of up to that length go off. */
class FakeClock implements Clock {
  readonly timers = new Map<() => void, number>();
  chance = 0;

  after(ms: number, action: () => void): () => void {
    this.timers.set(action, ms);
    return () => this.timers.delete(action);
  }

  random(): number {
    return this.chance;
  }

  pass(ms = Number.POSITIVE_INFINITY): void {
    for (const [action, at] of this.timers) {
      if (at > ms) continue;
      this.timers.delete(action);
      action();
    }
  }
}

function start(options: Partial<ExporterOptions> = {}) {
  const target = new FakeTarget();
  const clock = new FakeClock();
  const said: string[] = [];
  const exporter = new SpanExporter(target, {
    spoolFolder: folder,
    maxBatchSpans: 3,
    onState: (text) => said.push(text),
    clock,
    ...options,
  });
  const push = (spans: readonly Span[]) => spans.forEach((span) => exporter.push(span));
  const until = (wanted: Partial<ReturnType<SpanExporter['stats']>>) =>
    vi.waitFor(() => expect(exporter.stats()).toMatchObject(wanted), { interval: 1 });
  return { target, clock, said, exporter, push, until };
}

/** Lets the deadline pass that `close` sets. */
async function closeAtDeadline(exporter: SpanExporter, clock: FakeClock): Promise<void> {
  const closed = exporter.close(1_000);
  clock.pass();
  await closed;
}

const ids = (spans: readonly Span[]) => spans.map(({ spanId }) => spanId);

describe('an exporter', () => {
  test('sends a batch when it is full, and the rest when it is old enough', async () => {
    const { target, clock, push, until } = start({ maxDelayMs: 100 });
    push(sampleSpans(4));
    await until({ sent: 3, queued: 1 });
    clock.pass(99);
    await until({ sent: 3, queued: 1 });
    clock.pass(100);
    await until({ sent: 4, queued: 0 });
    expect(target.taken).toEqual([ids(sampleSpans(3)), ids(sampleSpans(1, 3))]);
  });

  test('ends a batch before it gets too many bytes', async () => {
    const size = JSON.stringify(sampleSpan()).length;
    const { target, push, until } = start({ maxBatchSpans: 100, maxBatchBytes: 2 * size });
    push(sampleSpans(5));
    await until({ sent: 4, queued: 1 });
    expect(target.taken.map((batch) => batch.length)).toEqual([2, 2]);
  });

  test('keeps batches on disk while the target is away, and sends them first and in order when it is back', async () => {
    const { target, clock, said, push, until } = start();
    target.answer = 'away';
    push(sampleSpans(9));
    await until({ spooled: 9, queued: 0, lastError: 'connect ECONNREFUSED' });
    expect(readdirSync(folder)).toHaveLength(3);
    target.answer = 'ok';
    push(sampleSpans(3, 9));
    clock.pass();
    await until({ sent: 12, spooled: 0, queued: 0, dropped: 0 });
    expect(target.taken.flat()).toEqual(ids(sampleSpans(12)));
    expect(new Set(target.tries).size).toBe(4); // what was tried again was the same, byte for byte
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
    expect(said).toEqual([
      `http://jaeger.test/ is away (connect ECONNREFUSED); spans wait in ${folder}`,
      expect.stringMatching(/^http:\/\/jaeger\.test\/ is back; \d+ spans waited for it$/),
    ]);
  });

  test('waits longer after each failure, with jitter, up to ten seconds', async () => {
    const { target, clock, push } = start();
    target.answer = 'away';
    clock.chance = 0.5;
    push(sampleSpans(3));
    const waits: number[] = [];
    for (let tries = 1; tries <= 7; tries++) {
      await vi.waitFor(() => expect([target.tries.length, clock.timers.size]).toEqual([tries, 1]), {
        interval: 1,
      });
      waits.push(...clock.timers.values());
      clock.pass();
    }
    expect(waits).toEqual([375, 750, 1_500, 3_000, 6_000, 7_500, 7_500]);
  });

  test('counts a batch that is refused for good, says so once, and goes on', async () => {
    const { target, said, push, until } = start();
    target.answer = 'refuse';
    push(sampleSpans(6));
    await until({ refused: 6, sent: 0, spooled: 0, queued: 0, lastError: 'it answered HTTP 400' });
    target.answer = 'ok';
    push(sampleSpans(3, 6));
    await until({ sent: 3 });
    expect(said).toEqual([
      'http://jaeger.test/ refuses spans (it answered HTTP 400); they are counted, not sent again',
    ]);
  });

  test('sends what an earlier run left before its own', async () => {
    const earlier = start();
    earlier.target.answer = 'away';
    earlier.push(sampleSpans(5));
    await earlier.exporter.close(1_000);
    expect(earlier.exporter.stats()).toMatchObject({ spooled: 5, queued: 0 });
    const later = start();
    later.push(sampleSpans(3, 5));
    await later.until({ sent: 8, spooled: 0 });
    expect(later.target.taken.flat()).toEqual(ids(sampleSpans(8)));
  });

  test('leaves out what somebody wrote into a spooled file', async () => {
    const line = JSON.stringify(sampleSpan());
    writeFileSync(join(folder, '000000000004-4.ndjson'), `${line}\nnot JSON\n{"a":1}\n${line}\n`);
    const { target, until } = start();
    await until({ sent: 2, dropped: 2, spooled: 0 });
    expect(target.taken).toEqual([[sampleSpan().spanId, sampleSpan().spanId]]);
  });

  test('drops and counts what neither memory nor disk has room for', async () => {
    const size = JSON.stringify(sampleSpan()).length;
    const { target, clock, exporter, push } = start({
      maxQueueBytes: 6 * size,
      maxSpoolBytes: 4 * size,
    });
    target.answer = 'hang';
    push(sampleSpans(10)); // nothing can be written before this turn ends
    expect(exporter.stats()).toMatchObject({ queued: 6, dropped: 4 });
    await closeAtDeadline(exporter, clock);
    expect(exporter.stats()).toEqual({ sent: 0, queued: 0, spooled: 3, dropped: 7, refused: 0 });
    expect(readdirSync(folder)).toEqual(['000000000001-3.ndjson']);
  });

  test('moves what is over half its memory to the disk when the target is slow, and keeps the order', async () => {
    const size = JSON.stringify(sampleSpan()).length;
    const { target, clock, until, push, exporter } = start({ maxQueueBytes: 20 * size });
    target.answer = 'hang';
    push(sampleSpans(15));
    await until({ queued: 3, spooled: 12, dropped: 0 });
    await closeAtDeadline(exporter, clock);
    const later = start();
    await later.until({ sent: 15 });
    expect(later.target.taken.flat()).toEqual(ids(sampleSpans(15)));
  });

  test('drops a span that has no JSON text, and no other', async () => {
    const loop: JsonObject = {};
    loop['self'] = loop;
    const { target, push, until } = start();
    push([...sampleSpans(2), sampleSpan({ attributes: loop }), ...sampleSpans(1, 2)]);
    await until({ sent: 3, dropped: 1 });
    expect(target.taken.flat()).toEqual(ids(sampleSpans(3)));
  });

  test('keeps spans in memory while the disk fails, and sends them when the target is back', async () => {
    const { target, clock, push, until } = start();
    rmSync(folder, { recursive: true });
    target.answer = 'away';
    push(sampleSpans(6));
    await until({
      queued: 6,
      spooled: 0,
      lastError: expect.stringContaining('cannot write') as string,
    });
    target.answer = 'ok';
    await vi.waitFor(() => expect(clock.timers.size).toBe(1));
    clock.pass();
    await until({ sent: 6, dropped: 0 });
    expect(target.taken.flat()).toEqual(ids(sampleSpans(6)));
  });

  test('sends all when it is closed, then closes its sender and drops what comes later', async () => {
    const { target, exporter, push } = start();
    push(sampleSpans(5));
    await exporter.close(1_000);
    push(sampleSpans(1));
    expect(exporter.stats()).toEqual({ sent: 5, queued: 0, spooled: 0, dropped: 1, refused: 0 });
    expect(target.closed).toBe(true);
  });

  test('spools what cannot be sent by the deadline, the batch on its way too', async () => {
    const { target, clock, exporter, push } = start();
    target.answer = 'hang';
    push(sampleSpans(5));
    await vi.waitFor(() => expect(target.tries).toHaveLength(1));
    await closeAtDeadline(exporter, clock);
    expect(exporter.stats()).toMatchObject({ sent: 0, queued: 0, spooled: 5 });
  });

  test('loses and doubles nothing, whatever the target does', async () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ answer: fc.constantFrom<Answer>('ok', 'away', 'refuse') }),
      fc.constant('time'),
      fc.constant('restart'),
    );
    await check(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        let run = start();
        const taken: string[][] = run.target.taken;
        let pushed = 0;
        let refused = 0;
        let answer: Answer = 'ok';
        const restart = async () => {
          await run.exporter.close(1_000);
          refused += run.exporter.stats().refused;
          run = start();
          run.target.answer = answer;
          run.target.taken = taken;
        };
        for (const what of steps) {
          if (what === 'time') run.clock.pass();
          else if (what === 'restart') await restart();
          else if ('answer' in what) run.target.answer = answer = what.answer;
          else {
            run.push(sampleSpans(what.push, pushed));
            pushed += what.push;
          }
          await new Promise(setImmediate);
        }
        answer = 'ok';
        await restart();
        await restart();
        const sent = taken.flat();
        expect(sent).toEqual([...sent].sort());
        expect(new Set(sent).size).toBe(sent.length);
        expect(sent.length + refused).toBe(pushed);
      }),
      60,
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFirehoseLine } from '../../../log/wire.ts';
import { BlockScanner, type ScanLimits } from '../../../spans/fast/block-scanner.ts';
import { SpanScanner } from '../../../spans/fast/span-scanner.ts';
import { wholeLines } from '../../../spans/fast/whole-lines.ts';
import { SpanRebuilder } from '../../../spans/rebuild.ts';
import type { RebuildCounts, RebuildLimits } from '../../../spans/rebuild-limits.ts';
import { LineSplitter } from '../../../stream/line-splitter.ts';
import { check } from '../../property.ts';
import { oddLog } from './odd-log.ts';

interface Rebuilt {
  readonly ndjson: string;
  readonly counts: RebuildCounts;
  readonly others: number;
}

/** The way of every other log: parse, then rebuild. */
function parsed(log: Buffer, limits: Partial<RebuildLimits> = {}): Rebuilt {
  let ndjson = '';
  let others = 0;
  const rebuilder = new SpanRebuilder(({ span }) => {
    ndjson += `${JSON.stringify(span)}\n`;
  }, limits);
  const splitter = new LineSplitter(1024 * 1024);
  for (const { text } of [...splitter.push(log), ...splitter.end()]) {
    if (text === '') continue;
    const entry = parseFirehoseLine(text);
    if (entry === undefined) others++;
    else rebuilder.push(entry);
  }
  rebuilder.end();
  return { ndjson, counts: rebuilder.counts, others };
}

async function scanned(
  log: Buffer,
  limits: Partial<RebuildLimits> = {},
  { blockBytes = 1 << 16, ...scanLimits }: { blockBytes?: number } & Partial<ScanLimits> = {},
): Promise<Rebuilt> {
  const scanner = new BlockScanner(scanLimits);
  const spans = new SpanScanner(limits);
  let ndjson = '';
  for await (const block of wholeLines(pieces(log, Math.max(blockBytes, 100)), { blockBytes })) {
    spans.push(scanner.scan(block));
    ndjson += strict.decode(spans.take());
  }
  spans.end();
  ndjson += strict.decode(spans.take());
  return { ndjson, counts: spans.counts, others: spans.others.count };
}

/** Throws for what is no UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('rebuilding spans from scanned lines', () => {
  test('gives to the letter what rebuilding from parsed lines gives, whatever the log', async () => {
    await check(
      fc.asyncProperty(
        oddLog(),
        fc.record(
          {
            maxOpenSpans: fc.constantFrom(1, 2, 4),
            maxLinesPerSpan: fc.constantFrom(1, 3),
            minRemembered: fc.constantFrom(1, 2),
          },
          { requiredKeys: [] },
        ),
        fc.constantFrom(1, 300, 2_000, 1 << 16),
        // So little that all that was learned is forgotten on the way.
        fc.constantFrom({}, { maxLiteralBytes: 2_000 }, { maxWriters: 1 }),
        async (log, limits, blockBytes, scanLimits) => {
          const bytes = Buffer.from(log);
          const blocks = { blockBytes, ...scanLimits };
          expect(await scanned(bytes, limits, blocks)).toEqual(parsed(bytes, limits));
        },
      ),
      60,
    );
  });

  test('reads bytes that are no UTF-8 as a parser does', async () => {
    const log = Buffer.from(`${endLine(1, 1)}\n${endLine(2, 2)}\n`);
    log[log.indexOf('op 1') + 1] = 0xc3;
    const rebuilt = await scanned(log);
    expect(rebuilt.ndjson).toContain('"name":"o\ufffd 1"');
    expect(rebuilt).toEqual(parsed(log));
  });

  test('keeps lines of a long span while hundreds of blocks go by', async () => {
    const lines = [
      startLine(0, 1),
      ...Array.from({ length: 200 }, (_, at) =>
        at % 2 ? endLine(at + 1, at + 2) : lineOf(at + 1, 1),
      ),
      endLine(201, 1),
    ];
    const log = Buffer.from(lines.join('\n'));
    const { ndjson, counts } = await scanned(log, {}, { blockBytes: 700 });
    expect({ ndjson, counts, others: 0 }).toEqual(parsed(log));
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .at(-1)
        ?.match(/one_log\.line/g),
    ).toHaveLength(100);
  });
});

const envelope = (seq: number, log: string): string =>
  `{"ts":${1_795_363_200 + seq / 1e3},"node":"shop","instance":"shop","stream":"stdout","seq":${seq},"log":{${log}}}`;

const ids = (span: number): string =>
  `"trace_id":"${'1'.repeat(32)}","span_id":"${span.toString(16).padStart(16, '0')}"`;

const boundaryLine = (seq: number, span: number, msg: string): string =>
  envelope(
    seq,
    `"msg":"${msg}",${ids(span)},"span_name":"op ${span}","start_time_unix_nano":"1795363200000000000",` +
      `"end_time_unix_nano":"1795363200900000000","attributes":{"a":"ä"}`,
  );

const startLine = (seq: number, span: number): string => boundaryLine(seq, span, 'span start');
const endLine = (seq: number, span: number): string => boundaryLine(seq, span, 'span end');
const lineOf = (seq: number, span: number): string => envelope(seq, `"msg":"step",${ids(span)}`);

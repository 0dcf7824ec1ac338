import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../spans/span.ts';
import { ScriptedLog, spanId, traceId } from '../spans/scripted-log.ts';
import { onelog, temporaryFolder } from '../onelog.ts';

const EXAMPLE = fileURLToPath(new URL('../../rules/examples/app.log', import.meta.url));
const RULES = [
  'key /\\[(?<id>\\w+)\\]/',
  '/started (?<method>\\S+) (?<path>\\S+)/ -> open "{method} {route(path)}" server',
  '/querying database/ -> open "query" client',
  '/database answered/ -> close',
  '/finished with status (?<status>\\d+)/ -> http status:int, close',
].join('\n');

const spansIn = (stdout: string): Span[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Span);

function written(folder: string, name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** A firehose of one exact span, and one known by its ids alone. */
function firehose(): string {
  const log = new ScriptedLog();
  log.start(1, 'petstore', 1, 1);
  log.within(1.1, 'petstore', 1, 1, 'pet added');
  log.end(1.2, 'petstore', 1, 1, 1);
  return log.entries.map(({ text }) => `${text}\n`).join('');
}

describe('onelog spans', () => {
  test('rebuilds a stored firehose', async () => {
    const cwd = temporaryFolder();
    const { stdout, stderr, exitCode } = await onelog(cwd, [
      'spans',
      written(cwd, 'all.ndjson', firehose()),
    ]);
    expect(spansIn(stdout)).toMatchObject([
      { traceId: traceId(1), spanId: spanId(1), warnings: [] },
    ]);
    expect(stderr).toContain('3 lines read, 3 understood, 3 in spans, 0 left over');
    expect(exitCode).toBe(0);
  });

  test.each(['none', 'auto'])(
    'gives the same spans by the general way, with rules %s',
    async (rules) => {
      const cwd = temporaryFolder();
      const file = written(cwd, 'all.ndjson', firehose());
      const fast = await onelog(cwd, ['spans', file]);
      const general = await onelog(cwd, ['spans', '--rules', rules, file]);
      expect(spansIn(general.stdout)).toEqual(spansIn(fast.stdout));
    },
  );

  test('makes spans of lines with ids under other names', async () => {
    const cwd = temporaryFolder();
    const line = (ms: number, more: object): string =>
      `${JSON.stringify({ time: 1_795_363_200_000 + ms, level: 'info', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), ...more })}\n`;
    const file = written(
      cwd,
      'shop.log',
      line(0, { msg: 'taking order' }) + line(25, { msg: 'order taken' }),
    );
    const { stdout, stderr } = await onelog(cwd, ['spans', file]);
    expect(spansIn(stdout)).toMatchObject([
      {
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        startTimeUnixNano: '1795363200000000000',
        endTimeUnixNano: '1795363200025000000',
        resource: { 'service.name': 'shop' },
        lines: [
          { file, line: 1 },
          { file, line: 2 },
        ],
      },
    ]);
    expect(stderr).toContain('1 inferred');
  });

  test('makes spans of a text log by rules', async () => {
    const cwd = temporaryFolder();
    const rules = written(cwd, 'my.rules', RULES);
    const { stdout, stderr } = await onelog(cwd, ['spans', EXAMPLE, '--rules', rules]);
    const spans = spansIn(stdout);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const queries = spans.filter(({ name }) => name === 'query');
    expect(queries.length).toBeGreaterThan(50);
    expect(
      queries.every(({ parentSpanId }) => byId.get(parentSpanId ?? '')?.name.includes('/orders')),
    ).toBe(true);
    expect(stderr).toContain('0 left over');
  });

  test('reads stdin, and learns rules where none that ship are of use', async () => {
    const cwd = temporaryFolder();
    const program = fileURLToPath(new URL('../../runner/onelog.ts', import.meta.url));
    const { stdout, stderr } = await execa({
      cwd,
      inputFile: EXAMPLE,
    })`${process.execPath} ${program} spans -`;
    expect(spansIn(stdout).length).toBeGreaterThan(50);
    expect(stderr).toContain('by rules learned from it');
  });

  test('gives all before the cut of a gzip file that is cut off, and a warning', async () => {
    const cwd = temporaryFolder();
    const packed = gzipSync(
      firehose().repeat(1) + '{"ts":2,"node":"x","seq":0,"log":{"n":1}}\n'.repeat(20_000),
    );
    const file = written(cwd, 'all.ndjson.gz', packed.subarray(0, packed.length - 40));
    const { stdout, stderr, exitCode } = await onelog(cwd, ['spans', file]);
    expect(spansIn(stdout)).toMatchObject([{ spanId: spanId(1) }]);
    expect(stderr).toMatch(/all\.ndjson\.gz: .*; .+/);
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      'a log that tells of no span',
      'one\ntwo\nthree\nfour\n',
      'nothing in 4 lines tells of a span',
    ],
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3]), 'app.log'],
  ])('refuses %s with exit code 2', async (_, content, sentence) => {
    const cwd = temporaryFolder();
    written(cwd, 'app.log', content);
    const { stdout, stderr, exitCode } = await onelog(cwd, ['spans', 'app.log']);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test.each([
    ['no such log', ['spans', 'nowhere.log'], 'nowhere.log'],
    [
      'no such rules',
      ['spans', EXAMPLE, '--rules', 'nowhere.rules'],
      'there is no rules file nowhere.rules',
    ],
    ['no such zone', ['spans', EXAMPLE, '--timezone', 'Mars/Base'], 'Mars/Base'],
    ['a slack that is none', ['spans', EXAMPLE, '--slack', 'x'], 'expected a number from 0'],
  ])('refuses %s with a sentence', async (_, args, sentence) => {
    const { stderr, exitCode } = await onelog(temporaryFolder(), args);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
  });

  test('corrects the skew of clocks on request, and says so', async () => {
    const cwd = temporaryFolder();
    const log = new ScriptedLog();
    const parent = { parent_span_id: spanId(1) };
    for (let trace = 1; trace <= 20; trace++) {
      const at = trace * 10;
      log.start(at, 'petstore', trace, 1);
      // Payment's clock is three seconds ahead.
      log.start(at + 3.2, 'payment', trace, 2, parent);
      log.end(at + 3.8, 'payment', trace, 2, at + 3.2, parent);
      log.end(at + 1, 'petstore', trace, 1, at);
    }
    const hosts = { petstore: 'petstore@here/1.1', payment: 'payment@there/1.1' };
    const text = log.entries
      .map(({ node, ts, seq, log: own }) =>
        JSON.stringify({ ts, node, instance: hosts[node as keyof typeof hosts], seq, log: own }),
      )
      .join('\n');
    const file = written(cwd, 'all.ndjson', `${text}\n`);
    const { stdout, stderr } = await onelog(cwd, ['spans', '--correct-skew', file]);
    const spans = spansIn(stdout);
    const startOf = (trace: number, span: number): bigint =>
      BigInt(
        spans.find((one) => one.traceId === traceId(trace) && one.spanId === spanId(span))
          ?.startTimeUnixNano ?? '',
      );
    for (let trace = 1; trace <= 20; trace++) {
      const afterMillis = Number((startOf(trace, 2) - startOf(trace, 1)) / 1_000_000n);
      expect(afterMillis).toBeGreaterThanOrEqual(0);
      expect(afterMillis).toBeLessThanOrEqual(400);
    }
    expect(spans.flatMap(({ warnings }) => warnings.map(({ kind }) => kind))).toEqual(
      Array.from({ length: 20 }, () => 'clock-skew'),
    );
    expect(stderr).toMatch(/clock of (here is -|there is )3000 ms ahead; corrected/);
  });

  test('points to the place of an error in the rules', async () => {
    const cwd = temporaryFolder();
    const rules = written(cwd, 'my.rules', 'key none\n/a/ -> opne "x"\n');
    const { stderr, exitCode } = await onelog(cwd, ['spans', EXAMPLE, '--rules', rules]);
    expect(stderr).toContain('my.rules:2:8');
    expect(exitCode).toBe(2);
  });
});

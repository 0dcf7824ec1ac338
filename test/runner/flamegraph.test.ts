import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onelog, temporaryFolder } from '../onelog.ts';
import { shapedTrace } from '../spans/flame/shaped-trace.ts';

const lines = (spans: readonly object[]): string =>
  spans.map((span) => `${JSON.stringify(span)}\n`).join('');

const idOf = (digit: number): string => `${digit}`.repeat(32);

/** Checkouts whose charge takes so long, in milliseconds. */
const checkouts = (charges: readonly number[]): string =>
  lines(
    charges.flatMap((charge, at) =>
      shapedTrace(
        [
          ['shop:checkout', undefined, 0, charge + 4],
          ['bank:charge', 'shop:checkout', 2, charge + 2],
        ],
        { traceId: idOf(at + 1) },
      ),
    ),
  );

test('onelog flamegraph draws, lists and compares the traces of a file', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'before.ndjson'), checkouts([10, 11, 12, 10, 11]));
  writeFileSync(join(cwd, 'after.ndjson'), checkouts([30, 31, 32, 30, 31]));
  const flamegraph = (...args: string[]) =>
    onelog(cwd, ['flamegraph', '--file', 'after.ndjson', ...args]);
  const [svg, folded, path, table, wrong, absent] = await Promise.all([
    flamegraph('-o', 'all.svg'),
    flamegraph('--format', 'folded'),
    flamegraph('--critical-path', '--format', 'json', '--trace', '22'),
    flamegraph('--diff', 'before.ndjson', '--format', 'text'),
    flamegraph('--diff', 'before.ndjson', '--format', 'pprof'),
    flamegraph('--trace', '7'),
  ]);
  expect([svg, folded, path, table, wrong, absent].map(({ exitCode }) => exitCode)).toEqual([
    0, 0, 0, 0, 2, 2,
  ]);
  expect(readFileSync(join(cwd, 'all.svg'), 'utf8')).toContain('5 traces of after.ndjson');
  expect(folded.stdout).toBe('shop: checkout 20000\nshop: checkout;bank: charge 154000');
  expect(JSON.parse(path.stdout)).toMatchObject({
    warnings: [],
    traces: [
      {
        traceId: idOf(2),
        sections: [
          {
            name: 'checkout',
            startTimeUnixNano: '1795363200000000000',
            endTimeUnixNano: '1795363200002000000',
          },
          { name: 'charge', endTimeUnixNano: '1795363200033000000' },
          { name: 'checkout', endTimeUnixNano: '1795363200035000000' },
        ],
      },
    ],
  });
  expect(table.stdout).toMatch(/10\.8 ms +30\.8 ms +\+20 ms ± 1\.\d+ ms +yes .* bank: charge\n/);
  expect(table.stderr).toContain('grew most, a trace: bank: charge +20 ms');
  expect(wrong.stderr).toContain('pprof has no room for two sets of traces');
  expect(absent.stderr).toContain(`no trace has the id 7; the nearest of 5`);
});

test('onelog flamegraph draws what is wrong with spans as best it can, and says so', async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'odd.ndjson'),
    lines(
      shapedTrace([
        ['shop:a', 'shop:b', 0, 10],
        ['shop:b', 'shop:a', 1, 5],
        ['shop:c', undefined, 8, 2],
        ['shop:d', 'shop:c', 20, 30],
        ['shop:e', 'gone', 3, 4],
      ]),
    ),
  );
  const { exitCode, stdout, stderr } = await onelog(cwd, ['flamegraph', '--file', 'odd.ndjson']);
  expect(exitCode).toBe(0);
  for (const text of [
    '1 circle of parents; cut at its earliest span',
    '1 span ends before it starts; taken as a moment',
    '1 span names a parent that is not there; taken as a root',
    '1 trace has several roots',
    '1 span lies partly or wholly outside its parent',
  ]) {
    expect(stderr).toContain(text);
    expect(stdout).toContain(text);
  }
  for (const name of ['a', 'b', 'c', 'd', 'e']) expect(stdout).toContain(`<title>shop: ${name}\n`);
});

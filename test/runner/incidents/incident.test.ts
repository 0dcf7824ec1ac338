import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { IncidentReport } from '../../../incident/report.ts';
import { askedTime } from '../../../runner/incidents/asked-time.ts';
import { onelog, temporaryFolder } from '../../onelog.ts';
import { simulatedLog } from './simulated-log.ts';

function logIn(folder: string, text = simulatedLog()): string {
  const file = join(folder, 'firehose.ndjson');
  writeFileSync(file, text);
  return file;
}

describe('onelog incident', () => {
  test('names the cause of a stored incident, with the lines that it rests on', async () => {
    const folder = temporaryFolder();
    const log = logIn(folder);
    const { stdout, exitCode } = await onelog(folder, [
      'incident',
      '--log',
      log,
      '--format',
      'json',
    ]);
    const report = JSON.parse(stdout) as IncidentReport;
    expect(exitCode).toBe(0);
    expect(report.verdict).toBe('cause found');
    expect(report.rootCause?.event).toMatchObject({ kind: 'node.command', about: { pid: 20 } });
    expect(report.rootCause?.event.lines[0]).toMatchObject({
      instance: 'payment@lab-1/20.1795363200',
    });
    expect(report.ties.map(({ event }) => event.id)).toContain(report.rootCause?.event.id);
    expect(report.failures[0]?.examples[0]?.lines.length).toBeGreaterThan(0);
  });

  test('shows three parts as text, and sends a span for each trace concerned', async () => {
    const folder = temporaryFolder();
    const sent: number[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => sent.push(chunk.length));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ['incident', '--log', logIn(folder), '--window', '5s', '--send', url];
    const { stdout, stderr } = await onelog(folder, args);
    expect(stdout).toMatch(
      /Root cause\n.*took the command SetDelay[^]*Critical failures\n[^]*Impact\n/,
    );
    expect(stderr).toMatch(/sent \d+ spans/);
    expect(sent.length).toBeGreaterThan(0);
  });

  test('refuses an empty log with exit code 2', async () => {
    const folder = temporaryFolder();
    const { exitCode, stderr } = await onelog(folder, ['incident', '--log', logIn(folder, '')]);
    expect(stderr).toMatch(/the log is empty/);
    expect(exitCode).toBe(2);
  });
});

describe('a time that is asked for', () => {
  const log = { fromSeconds: 1_795_363_200, toSeconds: 1_795_363_260 };

  test.each([
    ['1795363230', 1_795_363_230],
    ['2026-11-22T16:00:30Z', 1_795_363_230],
    ['16:00:30', 1_795_363_230],
    ['1795363260', 1_795_363_260],
  ])('%s is understood', (text, seconds) => {
    expect(askedTime('--at', text, log)).toBe(seconds);
  });

  test.each([
    ['2020-01-01T00:00:00Z', /--at: 2020-.* is outside the log, which goes from 2026-/],
    ['soon', /--at: expected a time such as .*got "soon"/],
  ])('%s is refused', (text, message) => {
    expect(() => askedTime('--at', text, log)).toThrow(message);
  });
});

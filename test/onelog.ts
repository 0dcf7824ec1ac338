import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { LogEntry } from '../log/entry.ts';
import { parseFirehoseLine } from '../log/wire.ts';

const ONELOG = fileURLToPath(new URL('../runner/onelog.ts', import.meta.url));

/** A folder of the test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'one-log-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Starts the program in a folder; its environment is the test's but for colours. */
export function onelog(cwd: string, args: readonly string[]) {
  return execa(process.execPath, [ONELOG, ...args], {
    cwd,
    env: { NO_COLOR: '1' },
    stdin: 'ignore',
    reject: false,
    cleanup: true,
  });
}

/** A process that runs a JavaScript text. */
export const script = (text: string): object => ({ command: process.execPath, args: ['-e', text] });

/** Writes a config file and starts `onelog run` on it, with a page on a free port and no Jaeger. */
export function runConfig(
  cwd: string,
  nodes: Record<string, object>,
  args: readonly string[] = [],
) {
  writeFileSync(join(cwd, 'config.json'), JSON.stringify({ nodes }));
  return onelog(cwd, [
    'run',
    '-c',
    'config.json',
    '--page-port',
    '0',
    '--jaeger',
    'embedded',
    ...args,
  ]);
}

/** The firehose in a text, line by line; a line that is none is an error. */
export function firehoseOf(text: string): LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const entry = parseFirehoseLine(line);
      if (entry === undefined) throw new Error(`no firehose line: ${line.slice(0, 200)}`);
      return entry;
    });
}

/** The default log of a lab in that folder. */
export const storedFirehose = (cwd: string): LogEntry[] =>
  firehoseOf(readFileSync(join(cwd, '.onelog', 'firehose.ndjson'), 'utf8'));

/** Resolves with the first value that is not undefined; looks again as long as the test may take. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves with the first match in what a running program has written so far or will write. */
export async function outputOf(
  program: ReturnType<typeof onelog>,
  pattern: RegExp,
  from: 'stdout' | 'stderr' = 'stdout',
): Promise<RegExpExecArray> {
  let text = '';
  const stream = program[from];
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const look = (chunk: Buffer): void => {
    text += chunk.toString();
    const match = pattern.exec(text);
    if (match !== null) resolve(match);
  };
  stream.on('data', look);
  void program.then(({ stderr }) => reject(new Error(`it ended without ${pattern}: ${stderr}`)));
  return promise.finally(() => stream.off('data', look));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

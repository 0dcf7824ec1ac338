import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../onelog.ts';
import { type Ask, asking } from './served.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A running service: its output so far, and ways to wait for more of it. */
export interface Service {
  readonly child: ChildProcess;
  /** Lines of stdout and stderr, whole ones. */
  readonly lines: string[];
  /** The first line that fits, now or later; rejects when the process ends without one. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Its exit code or signal, once its output is complete. */
  readonly ended: Promise<number | string>;
}

export interface Start {
  readonly env?: Record<string, string>;
  /** Without tracing when false. */
  readonly traced?: boolean;
}

/** Starts `services/NAME/main.ts` with `args`, in a folder of its own; the end of the test kills it. */
export function start(
  name: string,
  args: readonly string[],
  { env = {}, traced = true }: Start = {},
): Service {
  const cwd = temporaryFolder();
  const entry = join(root, 'services', name, 'main.ts');
  const loaded = traced ? ['--import', join(root, 'instrumentation/register.ts')] : [];
  const child = spawn(process.execPath, [...loaded, entry, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    let held = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (held + chunk).split('\n');
      held = parts.pop() ?? '';
      lines.push(...parts);
      for (const look of waiting) look();
    });
  }
  let over = false;
  const ended = once(child, 'close').then(([code, signal]) => {
    over = true;
    for (const look of waiting) look();
    return (code ?? signal) as number | string;
  });
  const line = (fits: (line: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((line) => fits(line));
        if (found === undefined && !over) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`no such line in:\n${lines.join('\n')}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, lines, line, ended };
}

/** Its URL, once it listens. */
export async function listening(service: Service): Promise<{ url: string; ask: Ask }> {
  const line = await service.line((text) => /http:\/\/127\.0\.0\.1:\d+/.test(text));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
  return { url, ask: asking(url) };
}

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

const ONELOG = fileURLToPath(new URL('../../runner/onelog.ts', import.meta.url));

const event = z.object({
  id: z.string(),
  kind: z.string(),
  startTimeUnixNano: z.string(),
  about: z.object({
    node: z.string().optional(),
    pid: z.number().optional(),
    port: z.number().optional(),
  }),
  summary: z.string(),
});
const candidate = z.object({ event, traceCount: z.number() });

/** Of `onelog incident --format json`, what is looked at here: see incident/report.ts. */
const answer = z.object({
  id: z.string(),
  verdict: z.enum(['cause found', 'no cause found', 'no incident']),
  from: z.string(),
  to: z.string(),
  rootCause: candidate.nullable(),
  candidates: z.array(candidate),
  ties: z.array(candidate),
});

export type AnsweredEvent = z.infer<typeof event>;
export type Answer = z.infer<typeof answer>;

/** Asks `onelog incident` about a part of a log, Unix seconds; the answer, and how long it took. */
export async function ask(
  log: string,
  from: number,
  to: number,
): Promise<{ answer: Answer; seconds: number }> {
  const began = performance.now();
  const range = ['--from', atTime(from), '--to', atTime(to)];
  const args = ['incident', '--log', log, ...range, '--format', 'json'];
  const { stdout } = await execa(process.execPath, [ONELOG, ...args], { stdin: 'ignore' });
  const seconds = (performance.now() - began) / 1e3;
  return { answer: answer.parse(JSON.parse(stdout)), seconds };
}

const atTime = (seconds: number): string => new Date(seconds * 1e3).toISOString();

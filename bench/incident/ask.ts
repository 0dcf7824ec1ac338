import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { bytesUntil } from './bytes-until.ts';

const ONELOG = fileURLToPath(new URL('../../runner/onelog.ts', import.meta.url));

const event = z.object({
  id: z.string(),
  kind: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
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

/**
 * Asks `onelog incident` for the newest incident at a time, Unix seconds: it is
 * given the log as it was then, so that nobody can look ahead. Gives the answer,
 * and how long it took.
 */
export async function ask(log: string, at: number): Promise<{ answer: Answer; seconds: number }> {
  const began = performance.now();
  const asThen = createReadStream(log, { end: bytesUntil(log, at) - 1 });
  const args = ['incident', '--log', '-', '--format', 'json'];
  const { stdout } = await execa(process.execPath, [ONELOG, ...args], { input: asThen });
  const seconds = (performance.now() - began) / 1e3;
  return { answer: answer.parse(JSON.parse(stdout)), seconds };
}

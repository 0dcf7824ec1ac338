import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../user-error.ts';

const unixNano = z.string().regex(/^\d+$/);

const decoyRecord = z.object({
  kind: z.string(),
  pids: z.array(z.int()),
  startTimeUnixNano: unixNano,
  endTimeUnixNano: unixNano,
});

const truthRecord = z.object({
  kind: z.string(),
  node: z.string(),
  /** The node's instance when it began, and its process and what that had started. */
  instance: z.string(),
  nodePids: z.array(z.int()),
  /** Whom to blame: the processes that did it, or that it was done to where nobody else did. */
  pids: z.array(z.int()),
  /** The node's listening ports, as far as they are known. */
  ports: z.array(z.int()),
  startTimeUnixNano: unixNano,
  /** When all was undone; of a killed node, when it was back. */
  endTimeUnixNano: unixNano,
  size: z.string(),
  /** What was done, in a sentence. */
  what: z.string(),
  /** How it was undone, or why it was not. */
  undone: z.boolean(),
  how: z.string(),
  seed: z.int(),
  decoys: z.array(decoyRecord),
});

/** What really happened: a line of `.onelog/faults.ndjson`. Nothing that looks for causes reads it. */
export type TruthRecord = z.infer<typeof truthRecord>;
export type DecoyRecord = z.infer<typeof decoyRecord>;

/** Adds a line to the file, which only this user may read. Throws a UserError if it cannot. */
export function appendTruth(file: string, record: TruthRecord): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UserError(`cannot write what was done to ${file}: ${(error as Error).message}`);
  }
}

/** The records in such a file's text. Throws with the line's number where one is none. */
export function parseTruth(text: string): TruthRecord[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    try {
      return truthRecord.parse(JSON.parse(line));
    } catch (error) {
      throw new Error(`line ${index + 1} is no record of a fault`, { cause: error });
    }
  });
}

import { z } from 'zod';
import type { Reason } from './refusal.ts';

/** What a route may answer, by status. */
export type Answers = Readonly<Record<number, { schema: z.ZodType; meaning: string }>>;

/** The body of a refusal: clients may rely on `reason`, people read `message`. */
export const refusal = (...reasons: readonly Reason[]) =>
  z.strictObject({ type: z.literal('Error'), reason: z.enum(reasons), message: z.string() });

/** What every route may answer. */
export const badRequest: Answers = {
  400: { schema: refusal('InvalidRequest'), meaning: 'Malformed.' },
};

/** What every route with a body may answer. */
export const badBody: Answers = {
  ...badRequest,
  413: { schema: refusal('InvalidRequest'), meaning: 'The body is over 64 KiB.' },
  415: { schema: refusal('InvalidRequest'), meaning: 'The body is not JSON.' },
};

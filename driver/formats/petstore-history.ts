/**
 * The driver's own histories: an event a line, in their order. `time_us` counts
 * from the first event; a call without a return is pending.
 *
 * `{"client":"1","call":{"type":"AddToBasket","user":"ann","name":"Rex"},"time_us":1200,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}`
 * `{"client":"1","return":{"status":201,"type":"AddedToBasket","user":"ann","name":"Rex"},"time_us":2400}`
 */
import { z } from 'zod';
import { HistoryBuilder } from '../history-builder.ts';
import { HistoryError } from '../history-error.ts';
import type { Operation } from '../operation.ts';
import { Answer, Command } from '../petstore/command.ts';

const client = z.string();
const time_us = z.number().optional();

const Call = z.strictObject({ client, call: Command, time_us, trace_id: z.string().optional() });
const Return = z.strictObject({ client, return: Answer, time_us });

/** Throws a HistoryError for a line that is no event. */
export function readPetStoreHistory(text: string): Operation<Command, Answer>[] {
  const builder = new HistoryBuilder<Command, Answer>();
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const value = json(content, line);
    if (typeof value === 'object' && value !== null && 'call' in value) {
      const event = checked(Call, value, line);
      builder.call(event.client, event.call, line, event.trace_id);
    } else {
      const event = checked(Return, value, line);
      builder.returns(event.client, event.return, line);
    }
  }
  return builder.history();
}

/** The text that reads back as that history; times are those of its operations, in µs. */
export function writePetStoreHistory(history: readonly Operation<Command, Answer>[]): string {
  const started = Math.min(...history.map(({ call }) => call));
  const lines = history.flatMap(({ client, input, output, traceId, ...at }) => [
    {
      at: at.call,
      order: 0,
      event: {
        client,
        call: input,
        time_us: at.call - started,
        ...(traceId !== undefined && { trace_id: traceId }),
      },
    },
    ...(at.return === undefined
      ? []
      : [
          {
            at: at.return,
            order: 1,
            event: { client, return: output, time_us: at.return - started },
          },
        ]),
  ]);
  return lines
    .sort((a, b) => a.at - b.at || a.order - b.order)
    .map(({ event }) => `${JSON.stringify(event)}\n`)
    .join('');
}

function json(content: string, line: number): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new HistoryError(line, `expected ${EXPECTED}, but this is not JSON`);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, line: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new HistoryError(line, `expected ${EXPECTED}; ${where} ${issue?.message ?? ''}`.trim());
}

const EXPECTED = 'an event {"client":"1","call":{…}} or {"client":"1","return":{…}}';

import { z } from 'zod';
import { withUrlTemplate } from '../../instrumentation/url-template.ts';
import type { Charge } from '../charge.ts';
import { unavailable } from '../circuit.ts';
import { Refusal } from '../refusal.ts';

/** Charges a card. Resolves once it is done, else rejects with a Refusal. */
export type Pay = (charge: Charge) => Promise<void>;

const NotPaid = z.object({ reason: z.literal('InvalidPayment'), message: z.string().max(500) });

/**
 * Payment over HTTP at `url`. What it refuses is InvalidPayment (402); that it
 * is down or fails is PaymentUnavailable (503), and that it does not answer
 * within `timeoutMs` too (504).
 */
export function paymentClient(url: string, timeoutMs: number): Pay {
  const target = new URL('payments', url.endsWith('/') ? url : `${url}/`);
  return async (charge) => {
    const slow = unavailable(504, `Payment did not answer within ${timeoutMs} ms`);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(slow), timeoutMs);
    try {
      const { status, text } = await withUrlTemplate('/payments', () =>
        post(target, charge, abort.signal),
      );
      if (status !== 200) throw refusalOf(status, text);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw unavailable(503, `Payment cannot be reached: ${causeOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function post(url: URL, charge: Charge, signal: AbortSignal) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(charge),
    redirect: 'error',
    signal,
  });
  return { status: response.status, text: await response.text() };
}

function refusalOf(status: number, text: string): Refusal {
  if (status === 400) {
    const answer = NotPaid.safeParse(parsedJson(text));
    if (answer.success) return new Refusal('InvalidPayment', 402, answer.data.message);
  }
  return unavailable(503, `Payment answered ${status} where 200 or a refusal was expected`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch tells why in the error's cause. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

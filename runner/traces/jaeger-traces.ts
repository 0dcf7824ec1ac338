import { z } from 'zod';
import { readSpans } from '../../spans/read-spans.ts';
import type { Span } from '../../spans/span.ts';
import { UserError } from '../user-error.ts';
import { moment } from './moment.ts';
import type { TraceChoice } from './trace-choice.ts';

export interface JaegerAnswer {
  readonly spans: Span[];
  /** What may be missing, for people. */
  readonly notes: readonly string[];
}

const TIMEOUT_MS = 30_000;
/** How far is looked back unless asked for; Jaeger's own stores keep three days. */
const LOOK_BACK_SECONDS = 3 * 24 * 3600;

const serviceList = z.object({ data: z.array(z.string()).nullable() });

/**
 * Traces from a Jaeger's query API (what its UI uses, on port 16686), or from
 * anything that answers like it: the one of an id, else the newest `limit` of
 * each service. The choice narrows what is asked for; what Jaeger cannot look
 * for is left to the caller. Throws a UserError where it does not answer, or
 * not as Jaeger does.
 */
export async function jaegerTraces(
  url: string,
  choice: TraceChoice,
  limit: number,
): Promise<JaegerAnswer> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UserError(
      `--jaeger: expected the URL of Jaeger's UI, such as http://127.0.0.1:16686, not ${JSON.stringify(url)}`,
    );
  }
  const base = url.replace(/\/+$/, '');
  if (choice.trace !== undefined && /^[0-9a-f]{16,32}$/i.test(choice.trace)) {
    const text = await get(base, `/api/traces/${choice.trace}`, [404]);
    const spans = text === undefined ? [] : spansIn(base, text);
    if (spans.length > 0) return { spans, notes: [] };
  }
  return search(base, choice, limit);
}

async function search(base: string, choice: TraceChoice, limit: number): Promise<JaegerAnswer> {
  const now = Date.now() / 1e3;
  const from = choice.from === undefined ? now - LOOK_BACK_SECONDS : moment(choice.from, now);
  const to = choice.to === undefined ? now + 60 : moment(choice.to, now);
  const services = choice.service === undefined ? await allServices(base) : [choice.service];
  const traces = new Map<string, Span[]>();
  const notes: string[] = [];
  for (const service of services) {
    const query = new URLSearchParams({
      service,
      start: `${Math.floor(from * 1e6)}`,
      end: `${Math.ceil(to * 1e6)}`,
      limit: `${limit}`,
      ...(choice.operation !== undefined && { operation: choice.operation }),
    });
    const text = await get(base, `/api/traces?${query}`);
    const found = Map.groupBy(spansIn(base, text ?? ''), ({ traceId }) => traceId);
    if (found.size >= limit) {
      notes.push(`only ${limit} traces of ${service} were asked for; --limit asks for more`);
    }
    for (const [id, spans] of found) traces.set(id, spans);
  }
  return { spans: [...traces.values()].flat(), notes };
}

async function allServices(base: string): Promise<string[]> {
  const text = await get(base, '/api/services');
  try {
    return serviceList.parse(JSON.parse(text ?? '')).data ?? [];
  } catch {
    throw notJaeger(base, text ?? '');
  }
}

function spansIn(base: string, text: string): Span[] {
  try {
    // How some say that there is none.
    return /^\{"data":\s*null\b/.test(text) ? [] : readSpans(text);
  } catch (error) {
    throw error instanceof SyntaxError ? notJaeger(base, text) : error;
  }
}

/** The body of an answer; undefined for a status that means that there is none. */
async function get(
  base: string,
  path: string,
  absent: readonly number[] = [],
): Promise<string | undefined> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch (error) {
    throw new UserError(
      `no Jaeger answers at ${base} (${reasonOf(error)}); --jaeger takes the URL of its UI, usually http://127.0.0.1:16686`,
    );
  }
  if (absent.includes(response.status)) return undefined;
  if (!response.ok) {
    throw new UserError(`${base}${path} answered ${response.status}: ${text.trim().slice(0, 200)}`);
  }
  return text;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

const notJaeger = (base: string, text: string): UserError =>
  new UserError(
    `${base} does not answer as Jaeger's query API does, but with ${JSON.stringify(text.slice(0, 80))}; --jaeger takes the URL of its UI, usually http://127.0.0.1:16686`,
  );

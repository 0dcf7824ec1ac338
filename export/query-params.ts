import type { TraceQuery } from './trace-queries.ts';

/** A parameter that cannot be understood; its message is for the caller, with what was expected and what came. */
export class BadParameter extends Error {}

/** How many traces one search may ask for. */
const MAX_LIMIT = 10_000;

/**
 * The parameters of `/api/traces` as Jaeger takes them: `service`,
 * `operation`, `tag=key:value`, `tags={"key":"value"}`, `start` and `end` in
 * Unix microseconds (default: the last two days), `minDuration` and
 * `maxDuration` such as `1.5s`, `limit` (default 100). Throws BadParameter.
 */
export function parseTraceQuery(params: URLSearchParams, nowMillis: number): TraceQuery {
  const service = params.get('service') ?? '';
  const operation = params.get('operation') ?? '';
  const startMicros = integer(params, 'start', (nowMillis - TWO_DAYS_MILLIS) * 1000);
  const endMicros = integer(params, 'end', nowMillis * 1000);
  const tags = parseTags(params);
  const limit = integer(params, 'limit', 100);
  const minNanos = duration(params, 'minDuration');
  const maxNanos = duration(params, 'maxDuration');
  if (service === '') throw new BadParameter("parameter 'service' is required");
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new BadParameter(`'limit' should be from 1 to ${MAX_LIMIT}, got ${limit}`);
  }
  if (minNanos && maxNanos && maxNanos < minNanos) {
    throw new BadParameter("'maxDuration' should be greater than 'minDuration'");
  }
  return {
    service,
    ...(operation === '' ? {} : { operation }),
    tags,
    startMicros,
    endMicros,
    ...(minNanos ? { minNanos } : {}),
    ...(maxNanos ? { maxNanos } : {}),
    limit,
  };
}

/** `endTs` (default now) and `lookback` (default a day) in milliseconds, as a time window. Throws BadParameter. */
export function parseWindow(
  params: URLSearchParams,
  nowMillis: number,
): { startMicros: number; endMicros: number } {
  const endMillis = integer(params, 'endTs', nowMillis);
  const lookbackMillis = integer(params, 'lookback', TWO_DAYS_MILLIS / 2);
  if (lookbackMillis < 0) {
    throw new BadParameter(`'lookback' should not be negative, got ${lookbackMillis}`);
  }
  return { startMicros: (endMillis - lookbackMillis) * 1000, endMicros: endMillis * 1000 };
}

/** One to 32 hex digits, to 32 lower-case ones. Throws BadParameter. */
export function parseTraceId(text: string): string {
  if (!/^[0-9a-f]{1,32}$/i.test(text)) {
    throw new BadParameter(
      `a trace id is 1 to 32 hex digits, got ${JSON.stringify(text.slice(0, 100))}`,
    );
  }
  return text.toLowerCase().padStart(32, '0');
}

const TWO_DAYS_MILLIS = 2 * 24 * 3600 * 1000;

function integer(params: URLSearchParams, name: string, fallback: number): number {
  const text = params.get(name) ?? '';
  if (text === '') return fallback;
  const value = Number(text);
  if (!/^[-+]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new BadParameter(`unable to parse param '${name}': expected an integer, got "${text}"`);
  }
  return value;
}

/** Nanoseconds of a duration as Go writes it; undefined where there is none. */
function duration(params: URLSearchParams, name: string): bigint | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  if (/^[-+]?0$/.test(text)) return 0n;
  const [, sign, parts] =
    /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === undefined) {
    throw new BadParameter(
      `unable to parse param '${name}': expected a duration such as 1.5s, 200ms or 3us, got "${text}"`,
    );
  }
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of parts.matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const scale = NANOS[unit] ?? 1n;
    nanos += BigInt(whole || '0') * scale;
    nanos += (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  return sign === '-' ? -nanos : nanos;
}

const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

function parseTags(params: URLSearchParams): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of params.getAll('tag')) {
    const colon = tag.indexOf(':');
    if (colon === -1) {
      throw new BadParameter(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
    }
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  for (const text of params.getAll('tags')) {
    for (const [key, value] of Object.entries(parseTagObject(text))) tags.set(key, value);
  }
  return tags;
}

function parseTagObject(text: string): Record<string, string> {
  const malformed = `malformed 'tags' parameter, expecting a JSON object of strings, received: ${text}`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new BadParameter(malformed, { cause: error });
  }
  if (parsed === null) return {};
  if (!isStringRecord(parsed)) throw new BadParameter(malformed);
  return parsed;
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((inner) => typeof inner === 'string')
  );
}

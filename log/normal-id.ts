import { hash } from 'node:crypto';

/** An id in OTLP's form, and what was written if that was something else. */
export interface NormalId {
  readonly id: string;
  readonly original?: string;
}

/**
 * Brings an id to OTLP's form: lower-case hex, 32 digits for a trace and 16 for
 * a span. What can be kept is kept: hex that is shorter gets zeros in front
 * (Jaeger and B3 leave those out), a UUID loses its dashes, a decimal of 64
 * bits (Datadog) becomes hex, X-Ray's `1-…-…` and Google's
 * `projects/…/traces/…` lose their frame. Anything else is hashed (the first
 * digits of its SHA-256). The same text always gives the same id.
 *
 * Undefined for what is no id: empty, all zeros, `-`, `null` and the like, or
 * longer than 256 characters.
 *
 * @param decimal whether digits alone are a decimal number, whatever their count
 */
export function normalId(written: string, digits: 32 | 16, decimal = false): NormalId | undefined {
  if (written.length === digits && LOWER_HEX.test(written) && !ZEROS.test(written) && !decimal)
    return { id: written };
  if (!isId(written)) return undefined;
  const text = written.trim().replace(GOOGLE, '');
  const id = kept(text, digits, decimal) ?? hash('sha256', text).slice(0, digits);
  return id === written ? { id } : { id, original: written };
}

/** Whether a text can be an id at all. */
export function isId(written: string): boolean {
  const text = written.trim();
  return text.length <= MAX_LENGTH && !NO_ID.test(text) && !ZEROS.test(text);
}

/** Whether a text can be nothing but an id: for fields whose name alone does not tell. */
export function looksLikeId(text: string): boolean {
  return CERTAIN.test(text);
}

const MAX_LENGTH = 256;
const LOWER_HEX = /^[0-9a-f]+$/;
const ZEROS = /^(?:0x)?[0-]+$/;
const NO_ID = /^(?:|-|n\/a|nil|null|none|undefined|unknown|false|true|\(null\)|%.*|\$\{?.*)$/i;
const GOOGLE = /^projects\/[^/]+\/traces\//;
const DECIMAL = /^\d{1,20}$/;
const X_RAY = /^(?:Root=)?1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const UUID = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;
const CERTAIN =
  /^(?:projects\/[^/]+\/traces\/.+|[0-9a-f]{16}|[0-9a-f]{32}|\d{17,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Undefined where the id has no form that can be kept. */
function kept(text: string, digits: 32 | 16, decimal: boolean): string | undefined {
  if (DECIMAL.test(text) && (text.length > 16 || decimal)) {
    const number = BigInt(text);
    if (number < 2n ** 64n) return number.toString(16).padStart(digits, '0');
  }
  const hex = text
    .replace(X_RAY, '$1$2')
    .replace(UUID, '$1$2$3$4$5')
    .replace(/^0x/i, '')
    .toLowerCase();
  return LOWER_HEX.test(hex) && hex.length <= digits ? hex.padStart(digits, '0') : undefined;
}

import { createHash } from 'node:crypto';

const MAX_LENGTH = 120;

/**
 * A host identifier that is safe in names, logs and terminals: letters, digits
 * and `._:-`, at most 130 characters. One that is already stays as it is; of
 * another what can stay does, with eight digits of its SHA-256, so that two
 * different ones stay two.
 */
export function safeHostName(identifier: string): string {
  if (/^[\w.:-]{1,120}$/.test(identifier)) return identifier;
  const digest = createHash('sha256').update(identifier).digest('hex').slice(0, 8);
  const kept = identifier.slice(0, MAX_LENGTH).replaceAll(/[^\w.:-]+/g, '_');
  return `${kept === '' ? 'unknown' : kept}-${digest}`;
}

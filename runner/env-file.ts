import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** `KEY=value`, `export KEY="value"`, a comment, or nothing. */
const LINE = /^\s*(?:#.*|(?:export\s+)?[A-Za-z_][\w.-]*\s*=.*)?$/;

/**
 * The variables of an environment file, as Node's `--env-file` reads it:
 * `KEY=value` lines, quotes, comments. Throws an Error that says what is wrong
 * where it cannot be read or its first line is none of these.
 */
export function readEnvFile(file: string): Record<string, string> {
  const text = readFileSync(file, 'utf8');
  const [first = ''] = text.split('\n', 1);
  if (!LINE.test(first.replace(/\r$/, ''))) {
    // Not shown: what is in such files is often secret.
    throw new Error(`${file}: line 1 is not KEY=value`);
  }
  return parseEnv(text) as Record<string, string>;
}

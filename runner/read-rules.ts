import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { combined, compile, type Rules } from '../rules/compile.ts';
import { parse } from '../rules/parse.ts';
import { RulesError } from '../rules/rules-error.ts';
import type { RulesSyntax } from '../rules/syntax.ts';
import { UserError } from './user-error.ts';

const PRESETS = fileURLToPath(new URL('../rules/presets', import.meta.url));
const EXTENSION = '.rules';

/** The rules that ship, by name. */
function presetNames(): string[] {
  return readdirSync(PRESETS)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => name.slice(0, -EXTENSION.length))
    .sort();
}

/** Reads rules files, or presets by their names, to be run as one. Throws a UserError with file, line and column. */
export function readRules(files: readonly string[]): Rules {
  return combined(files.map((file) => withUserErrors(() => compile(parse(textOf(file), file)))));
}

/** One of them as it is written. Throws a UserError for what is not the language. */
export function readRulesSyntax(file: string): RulesSyntax {
  return withUserErrors(() => parse(textOf(file), file));
}

/** A file of that name comes before a preset; `-` is stdin. */
function textOf(file: string): string {
  if (file !== '-' && !existsSync(file) && presetNames().includes(file)) {
    return readFileSync(join(PRESETS, `${file}${EXTENSION}`), 'utf8');
  }
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new UserError(`cannot read the rules ${file}: ${message}`);
    throw new UserError(
      `there is no rules file ${file}; name a file, or one of those that ship: ${presetNames().join(', ')}`,
    );
  }
}

function withUserErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RulesError) throw new UserError(error.message);
    throw error;
  }
}

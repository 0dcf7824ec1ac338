import { readFileSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isJsonObject, type JsonObject } from '../../log/entry.ts';
import { checkConfig, type ConfigIssue } from './check-config.ts';
import { ConfigTextError, parseConfigText, type ConfigText, type Position } from './config-text.ts';

/** An issue with its place in the file. */
export interface PlacedIssue extends ConfigIssue {
  readonly position: Position;
}

export interface ConfigFileOptions {
  /** Told of what is in use from now on. */
  readonly onChange?: (config: JsonObject, warnings: readonly PlacedIssue[]) => void;
  /** Told why what is in the file now is not used; the last good one stays. */
  readonly onRefused?: (error: ConfigFileError) => void;
  /** How often to look where the system does not tell of changes, in ms. */
  readonly pollMs?: number;
}

/** A file that cannot be used: `issues` say why, and then what else is odd, each in the order of the text. */
export class ConfigFileError extends Error {
  readonly issues: readonly PlacedIssue[];

  constructor(message: string, issues: readonly PlacedIssue[]) {
    super(message);
    this.name = 'ConfigFileError';
    this.issues = issues;
  }
}

/** As osqueryd has it (kMaxConfigSize). */
const MAX_BYTES = 4 * 1024 * 1024;
const POLL_MS = 1_000;
/** An editor writes a file in several steps. */
const SETTLE_MS = 50;

/**
 * An osquery.conf, read again whenever it changes: the system's own notice is
 * the fast way, a look every second the sure one (network and container file
 * systems give none). A file that is broken, or gone, changes nothing.
 */
export class ConfigFile {
  readonly path: string;
  readonly #options: ConfigFileOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #stamp: string;
  #text: string;
  #current: JsonObject;
  /** Of what is in use. */
  readonly warnings: readonly PlacedIssue[];

  /** Throws a ConfigFileError if the file cannot be used as it is now. */
  constructor(path: string, options: ConfigFileOptions = {}) {
    this.path = path;
    this.#options = options;
    this.#stamp = stampOf(path);
    this.#text = readText(path);
    const { config, warnings } = readConfig(this.#text);
    this.#current = config;
    this.warnings = warnings;
    this.#poll = setInterval(() => this.#look(), options.pollMs ?? POLL_MS).unref();
    this.#watcher = watchFolder(path, () => {
      this.#settling ??= setTimeout(() => {
        this.#settling = undefined;
        this.#look();
      }, SETTLE_MS).unref();
    });
  }

  /** The last good one. */
  get current(): JsonObject {
    return this.#current;
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    this.#watcher?.close();
  }

  #look(): void {
    const stamp = stampOf(this.path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      const text = readText(this.path);
      if (text === this.#text) return;
      this.#text = text;
      const { config, warnings } = readConfig(text);
      this.#current = config;
      this.#options.onChange?.(config, warnings);
    } catch (error) {
      if (!(error instanceof ConfigFileError)) throw error;
      this.#options.onRefused?.(error);
    }
  }
}

function readConfig(text: string): { config: JsonObject; warnings: readonly PlacedIssue[] } {
  let parsed: ConfigText;
  try {
    parsed = parseConfigText(text);
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error;
    const { message, position } = error;
    throw new ConfigFileError('not JSON', [{ path: [], message, position }]);
  }
  const place = (issues: readonly ConfigIssue[]): PlacedIssue[] =>
    issues.map((issue) => ({ ...issue, position: parsed.positionOf(issue.path) }));
  const { errors, warnings } = checkConfig(parsed.value);
  if (errors.length > 0 || !isJsonObject(parsed.value)) {
    // An unknown key may be the one that is missing.
    throw new ConfigFileError('not a configuration of osquery', place([...errors, ...warnings]));
  }
  return { config: parsed.value, warnings: place(warnings) };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_BYTES) {
      throw new Error(`larger than the ${MAX_BYTES} bytes that an agent takes`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigFileError(`cannot be read: ${(error as Error).message}`, []);
  }
}

/** Differs whenever the file may: its time, size and inode, or why it cannot be seen. */
function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** The folder, because editors put another file in the place of the first. */
function watchFolder(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const name = basename(path);
    const watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) onChange();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined; // no watches left, or none on this file system: there is the poll
  }
}

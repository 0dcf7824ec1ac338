import { isJsonObject, type JsonObject, type JsonValue } from '../../log/entry.ts';

/** Something about a configuration that its writer should know. */
export interface ConfigIssue {
  /** The key or value it is about. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Of an unknown key: those that are known there. */
  readonly known?: readonly string[];
}

export interface CheckedConfig {
  /** With these it cannot be used. */
  readonly errors: readonly ConfigIssue[];
  /** With these it can, but osqueryd passes over what they are about. */
  readonly warnings: readonly ConfigIssue[];
}

/** The keys that osqueryd and its config parsers know (plugins/config/parsers, docs/wiki/deployment/configuration.md). */
const TOP = [
  'options',
  'schedule',
  'packs',
  'decorators',
  'file_paths',
  'file_paths_query',
  'exclude_paths',
  'file_accesses',
  'yara',
  'events',
  'views',
  'auto_table_construction',
  'prometheus_targets',
  'feature_vectors',
  'kafka_topics',
  'logger',
];
/** `description`, `value` and `oncall` are for people. */
const QUERY = [
  'query',
  'interval',
  'snapshot',
  'removed',
  'platform',
  'version',
  'shard',
  'denylist',
  'blacklist',
  'startup_priority',
  'description',
  'value',
];
const PACK = ['queries', 'discovery', 'platform', 'version', 'shard', 'oncall', 'description'];
const DECORATORS = ['load', 'always', 'interval'];

/** A week: osqueryd's longest interval. */
const MAX_INTERVAL_SECONDS = 604_800;

/**
 * Checks a configuration: that what osqueryd needs of its queries is there and of
 * the right kind (a number may be a text, as its own documentation has it), and
 * that each key is one that it knows. Whether a query is good SQL only an agent
 * can tell. Issues come in the order of the text.
 */
export function checkConfig(value: JsonValue): CheckedConfig {
  const check = new Check();
  const config = check.object([], value);
  if (config === undefined) return check;
  check.keys([], config, TOP);
  check.each(['schedule'], config['schedule'], (path, query) => check.query(path, query));
  check.each(['packs'], config['packs'], (path, pack) => check.pack(path, pack));
  check.each(['options'], config['options'], (path, option) => check.plain(path, option));
  check.decorators(config['decorators']);
  return check;
}

type Path = readonly (string | number)[];

class Check implements CheckedConfig {
  readonly errors: ConfigIssue[] = [];
  readonly warnings: ConfigIssue[] = [];

  object(path: Path, value: JsonValue): JsonObject | undefined {
    if (isJsonObject(value)) return value;
    this.#expected(path, 'an object', value);
    return undefined;
  }

  keys(path: Path, object: JsonObject, known: readonly string[]): void {
    for (const key of Object.keys(object)) {
      if (!known.includes(key))
        this.warnings.push({ path: [...path, key], message: 'unknown key', known });
    }
  }

  /** Each value of an object that may be absent. */
  each(
    path: Path,
    value: JsonValue | undefined,
    look: (path: Path, value: JsonValue) => void,
  ): void {
    const object = value === undefined ? undefined : this.object(path, value);
    for (const [key, item] of Object.entries(object ?? {})) look([...path, key], item);
  }

  query(path: Path, value: JsonValue): void {
    const query = this.object(path, value);
    if (query === undefined) return;
    this.keys(path, query, QUERY);
    this.#needs(path, query, 'query', 'SQL', isText);
    this.#needs(path, query, 'interval', `seconds from 1 to ${MAX_INTERVAL_SECONDS}`, (interval) =>
      isWhole(interval, 1, MAX_INTERVAL_SECONDS),
    );
    for (const key of ['snapshot', 'removed', 'denylist', 'blacklist']) {
      this.#may(path, query, key, 'true or false', isFlag);
    }
    this.#selectors(path, query);
  }

  pack(path: Path, value: JsonValue): void {
    if (typeof value === 'string') {
      const message = "a file's path, which an agent cannot ask for: write the pack itself here";
      this.warnings.push({ path, message });
      return;
    }
    const pack = this.object(path, value);
    if (pack === undefined) return;
    this.keys(path, pack, PACK);
    this.#selectors(path, pack);
    this.#texts([...path, 'discovery'], pack['discovery']);
    this.each([...path, 'queries'], pack['queries'], (inner, query) => this.query(inner, query));
  }

  decorators(value: JsonValue | undefined): void {
    const decorators = value === undefined ? undefined : this.object(['decorators'], value);
    if (decorators === undefined) return;
    this.keys(['decorators'], decorators, DECORATORS);
    this.#texts(['decorators', 'load'], decorators['load']);
    this.#texts(['decorators', 'always'], decorators['always']);
    this.each(['decorators', 'interval'], decorators['interval'], (path, queries) => {
      if (Number(path.at(-1)) % 60 !== 0) {
        this.errors.push({ path, message: 'expected seconds that are whole minutes' });
      }
      this.#texts(path, queries);
    });
  }

  plain(path: Path, value: JsonValue): void {
    if (typeof value === 'object') this.#expected(path, 'a text, a number, true or false', value);
  }

  #selectors(path: Path, object: JsonObject): void {
    this.#may(path, object, 'platform', 'a platform such as linux', isText);
    this.#may(path, object, 'version', 'a version such as 5.0.0', isText);
    this.#may(path, object, 'shard', 'a percentage', (shard) => isWhole(shard, 0, 100));
  }

  #texts(path: Path, value: JsonValue | undefined): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) return this.#expected(path, 'a list of queries', value);
    for (const [index, text] of value.entries()) {
      if (!isText(text)) this.#expected([...path, index], 'SQL', text);
    }
  }

  #needs(path: Path, object: JsonObject, key: string, what: string, is: Predicate): void {
    if (object[key] !== undefined) return this.#may(path, object, key, what, is);
    this.errors.push({ path, message: `has no "${key}" (${what})` });
  }

  #may(path: Path, object: JsonObject, key: string, what: string, is: Predicate): void {
    const value = object[key];
    if (value !== undefined && !is(value)) this.#expected([...path, key], what, value);
  }

  #expected(path: Path, what: string, value: JsonValue): void {
    const came = isJsonObject(value)
      ? 'an object'
      : Array.isArray(value)
        ? 'a list'
        : JSON.stringify(value);
    this.errors.push({ path, message: `expected ${what}, got ${came}` });
  }
}

type Predicate = (value: JsonValue) => boolean;

const isText: Predicate = (value) => typeof value === 'string' && value.trim() !== '';

const isFlag: Predicate = (value) =>
  typeof value === 'boolean' || value === 'true' || value === 'false';

function isWhole(value: JsonValue, from: number, to: number): boolean {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= from && number <= to;
}

/** A query of the schedule, or of a pack. */
export interface ScheduledQuery {
  /** As results name it: that of a pack's query has the pack's before it. */
  readonly name: string;
  readonly query: string;
  readonly intervalSeconds: number;
  /** All rows each time, instead of what changed. */
  readonly snapshot: boolean;
  /** Whether rows that went away are told. */
  readonly removed: boolean;
  /** Whether it is left out for a day after it had to be cut. */
  readonly denylist: boolean;
  /** It is run at once, and not only when its interval is over. */
  readonly atStart: boolean;
  /** Queries that must all give rows, now and then, for this to be run. */
  readonly discovery: readonly string[];
}

/** What the agent does with a server's configuration. */
export interface AgentConfig {
  /** In the order in which they are run. */
  readonly schedule: readonly ScheduledQuery[];
  readonly decorators: {
    readonly load: readonly string[];
    readonly always: readonly string[];
    readonly interval: ReadonlyMap<number, readonly string[]>;
  };
  readonly options: Record<string, unknown>;
  /** What is wrong with it; the rest holds nevertheless. */
  readonly problems: readonly string[];
}

/** By what a part of a configuration is chosen or left out. */
export interface ConfigHost {
  readonly platform: NodeJS.Platform;
  /** `5.16.0` */
  readonly version: string;
  /** 0 to 100, of this host: a part with a lower `shard` is left out. */
  readonly shard: number;
  readonly defaultIntervalSeconds: number;
  readonly packDelimiter: string;
}

/** A week, as in osquery. */
const MAX_INTERVAL_SECONDS = 604_800;

/**
 * Reads a configuration (https://osquery.readthedocs.io/en/stable/deployment/configuration/):
 * `schedule`, `packs`, `decorators`, `options`. Never throws: what cannot be used
 * is left out and named among the problems.
 */
export function readConfig(config: Record<string, unknown>, host: ConfigHost): AgentConfig {
  const problems: string[] = [];
  const main = queriesOf('', 'the schedule', objectOf(config['schedule']), [], host, problems);
  const packs = Object.entries(objectOf(config['packs'])).flatMap(([name, pack]) =>
    packQueries(name, pack, host, problems),
  );
  const decorators = objectOf(config['decorators']);
  return {
    schedule: [...main, ...packs],
    decorators: {
      load: textsOf(decorators['load']),
      always: textsOf(decorators['always']),
      interval: decoratorIntervals(objectOf(decorators['interval']), problems),
    },
    options: objectOf(config['options']),
    problems,
  };
}

function packQueries(
  name: string,
  pack: unknown,
  host: ConfigHost,
  problems: string[],
): ScheduledQuery[] {
  if (!isObject(pack)) {
    problems.push(`pack ${name}: expected an object with queries, not ${shown(pack)}`);
    return [];
  }
  if (!isFor(pack, host)) return [];
  const prefix = ['pack', name, ''].join(host.packDelimiter);
  const discovery = textsOf(pack['discovery']);
  return queriesOf(prefix, `pack ${name}`, objectOf(pack['queries']), discovery, host, problems);
}

function queriesOf(
  prefix: string,
  where: string,
  queries: Record<string, unknown>,
  discovery: readonly string[],
  host: ConfigHost,
  problems: string[],
): ScheduledQuery[] {
  const found = Object.entries(queries).flatMap(([name, entry]) => {
    const query = isObject(entry) ? entry['query'] : undefined;
    if (!isObject(entry) || typeof query !== 'string' || query.trim() === '') {
      problems.push(`${where}: ${name} has no query`);
      return [];
    }
    if (!isFor(entry, host)) return [];
    const intervalSeconds = sizeOf(entry['interval'] ?? host.defaultIntervalSeconds) ?? 0;
    if (intervalSeconds < 1 || intervalSeconds > MAX_INTERVAL_SECONDS) {
      problems.push(
        `${where}: ${name}: expected an interval of 1 to ${MAX_INTERVAL_SECONDS} seconds, not ${shown(entry['interval'])}`,
      );
      return [];
    }
    return {
      query,
      name: prefix + name,
      intervalSeconds,
      snapshot: truthOf(entry['snapshot'], false),
      removed: truthOf(entry['removed'], true),
      denylist: truthOf(entry['denylist'], true),
      startupPriority: sizeOf(entry['startup_priority']) ?? Infinity,
      discovery,
    };
  });
  return found
    .sort((a, b) => compare(a.startupPriority, b.startupPriority) || compare(a.name, b.name))
    .map(({ startupPriority, ...query }) => ({ ...query, atStart: startupPriority < Infinity }));
}

/** Whether a query or a pack is meant for this host: by its platform, least version, and shard. */
function isFor(entry: Record<string, unknown>, host: ConfigHost): boolean {
  const { platform, version } = entry;
  const shard = sizeOf(entry['shard']) ?? 0;
  return (
    (shard === 0 || shard >= host.shard) &&
    (typeof platform !== 'string' || isPlatform(platform, host.platform)) &&
    (typeof version !== 'string' || version === 'null' || isAtLeast(host.version, version))
  );
}

/** A platform is a list such as `linux,darwin` or a word for several. */
function isPlatform(wanted: string, platform: NodeJS.Platform): boolean {
  if (wanted === '' || wanted === 'null') return true;
  const words = ['any', 'all'];
  if (platform === 'linux') words.push('linux', 'ubuntu', 'centos', 'posix');
  else if (platform === 'win32') words.push('windows');
  else words.push(platform, 'posix');
  return words.some((word) => wanted.includes(word));
}

function isAtLeast(version: string, least: string): boolean {
  const parts = version.split('.').map(Number);
  const differing = least
    .split('.')
    .map((part, at) => (parts[at] ?? 0) - (Number.parseInt(part, 10) || 0))
    .find((order) => order !== 0);
  return (differing ?? 0) >= 0;
}

/** Rates are whole minutes, as in osquery. */
function decoratorIntervals(
  intervals: Record<string, unknown>,
  problems: string[],
): Map<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  for (const [rate, queries] of Object.entries(intervals)) {
    const seconds = sizeOf(rate) ?? 0;
    if (seconds > 0 && seconds % 60 === 0) found.set(seconds, textsOf(queries));
    else problems.push(`decorators: expected an interval of whole minutes in seconds, not ${rate}`);
  }
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Whole numbers come as numbers or as texts. */
function sizeOf(value: unknown): number | undefined {
  const isSize = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  return isSize && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

/** Truth comes as true, 1, or as a text of that. */
function truthOf(value: unknown, otherwise: boolean): boolean {
  return value === undefined ? otherwise : /^(?:true|t|yes|y|1)$/i.test(String(value));
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The flags of osqueryd that mean something to the embedded agent, under their own
 * names and with their defaults
 * (https://osquery.readthedocs.io/en/stable/installation/cli-flags/). Times are
 * seconds.
 */
const DEFAULTS = {
  /** `host[:port]`, without a scheme. */
  tls_hostname: '',
  /** PEM file of the certificates to trust; the system's where it is empty. */
  tls_server_certs: '',
  enroll_secret_path: '',
  enroll_tls_endpoint: '',
  config_tls_endpoint: '',
  logger_tls_endpoint: '',
  distributed_tls_read_endpoint: '',
  distributed_tls_write_endpoint: '',
  tls_enroll_max_interval: 600,
  /** `hostname`, `uuid`, `instance`, `ephemeral` or `specified`. */
  host_identifier: 'hostname',
  specified_identifier: '',
  docker_socket: '/var/run/docker.sock',
  /** 0: the configuration is read at the start alone. */
  config_refresh: 0,
  config_accelerated_refresh: 300,
  disable_distributed: true,
  distributed_interval: 60,
  logger_tls_period: 4,
  logger_tls_max_lines: 1024,
  logger_tls_max_linesize: 1024 * 1024,
  logger_tls_backoff_max: 3600,
  logger_tls_compress: false,
  logger_event_type: true,
  logger_snapshot_event_type: false,
  logger_numerics: false,
  decorations_top_level: false,
  buffered_log_max: 1_000_000,
  schedule_epoch: 0,
  schedule_default_interval: 3600,
  pack_refresh_interval: 3600,
  pack_delimiter: '_',
};

type FlagName = keyof typeof DEFAULTS;
export type AgentFlags = Readonly<typeof DEFAULTS>;

/** A flag whose value is none. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** Flags, and the names of those that were given and mean nothing here. */
export interface ReadFlags {
  readonly flags: AgentFlags;
  readonly unused: readonly string[];
}

/**
 * Reads a command line in osqueryd's way: `--name=value`, `--name value`, and of
 * a switch `--name` and `--noname`; one dash will do. Throws a FlagError for a
 * value that is none, and for an argument that is no flag.
 */
export function parseFlags(args: readonly string[]): ReadFlags {
  const given: Record<string, unknown> = {};
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, name, value] = /^--?([a-z]\w*)(?:=([^]*))?$/.exec(argument) ?? [];
    if (name === undefined) {
      throw new FlagError(`expected flags such as --tls_hostname=127.0.0.1:8088, not ${argument}`);
    }
    const negated = name.replace(/^no/, '');
    if (value !== undefined) given[name] = value;
    else if (name !== negated && isSwitch(negated)) given[negated] = 'false';
    else if (isSwitch(name) || rest[0] === undefined || rest[0].startsWith('-'))
      given[name] = 'true';
    else given[name] = rest.shift();
  }
  return withValues(DEFAULTS, given);
}

/** What a configuration's `options` may not change: who the agent is, and whom it speaks to. */
const FIXED = /^(?:tls_|host_identifier|specified_identifier|docker_socket)|_endpoint$|^enroll_/;

/** The flags with the `options` of a configuration over them. Throws a FlagError for a value that is none. */
export function withOptions(flags: AgentFlags, options: Record<string, unknown>): ReadFlags {
  const changeable = Object.entries(options).filter(([name]) => !FIXED.test(name));
  return withValues(flags, Object.fromEntries(changeable));
}

/** What the agent cannot do otherwise: all by TLS, and each query when its time has come. */
const IMPLIED = /^(?:config|enroll|logger|distributed)_plugin$|^schedule_splay_percent$/;

function withValues(flags: AgentFlags, values: Record<string, unknown>): ReadFlags {
  const known = Object.entries(values).filter(([name]) => Object.hasOwn(DEFAULTS, name));
  return {
    flags: {
      ...flags,
      ...Object.fromEntries(known.map(([name, value]) => [name, read(name as FlagName, value)])),
    },
    unused: Object.keys(values).filter(
      (name) => !Object.hasOwn(DEFAULTS, name) && !IMPLIED.test(name),
    ),
  };
}

const isSwitch = (name: string): boolean => typeof DEFAULTS[name as FlagName] === 'boolean';

function read(name: FlagName, value: unknown): string | number | boolean {
  const text = String(value);
  switch (typeof DEFAULTS[name]) {
    case 'number':
      if (/^\d{1,15}$/.test(text)) return Number(text);
      throw new FlagError(`--${name}: expected a whole number, not ${JSON.stringify(value)}`);
    case 'boolean':
      if (/^(?:true|t|yes|y|1)$/i.test(text)) return true;
      if (/^(?:false|f|no|n|0)$/i.test(text)) return false;
      throw new FlagError(`--${name}: expected true or false, not ${JSON.stringify(value)}`);
    default:
      return text;
  }
}

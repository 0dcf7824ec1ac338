import { isJsonObject, type JsonObject, type JsonValue } from '../entry.ts';

/** Names under which JSON lines have their time, the surest first. */
export const TIME_KEYS = [
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  'datetime',
  'asctime',
  'date',
  'Timestamp',
  'TimeStamp',
  'Time',
  '@t',
  't',
  'eventTime',
  'event_time',
  'timeMillis',
  'time_unix_nano',
  'timeUnixNano',
  'start_time',
] as const;

/** The first of these fields that is there and not null. */
export function firstOf(log: JsonObject, keys: readonly string[]): JsonValue | undefined {
  for (const key of keys) {
    const value = log[key];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

const SERVICE_KEYS = [
  'service.name',
  'service_name',
  'serviceName',
  'service',
  'ServiceName',
  'dd.service',
  'otelServiceName',
  'resource.service.name',
  'app_name',
  'appName',
  'application',
  'app',
];
const SERVICE_HOLDERS = ['resource', 'attributes', 'labels', 'dd', 'fields', 'extra'];
const CONTAINER = ['container_name', 'container'];

/**
 * The service that a line says it is of: `service` and its relatives (a text,
 * or an object with `name`), at the top or in `resource`, `labels` and the
 * like; else the container that a collector noted. Undefined where it says none.
 */
export function serviceOf(log: JsonObject): string | undefined {
  const own = namedIn(log, SERVICE_KEYS);
  if (own !== undefined) return own;
  for (const key of SERVICE_HOLDERS) {
    const holder = log[key];
    const held = isJsonObject(holder) ? namedIn(holder, SERVICE_KEYS) : undefined;
    if (held !== undefined) return held;
  }
  const { resource, kubernetes } = log;
  return (
    (isJsonObject(resource) && isJsonObject(resource['attributes'])
      ? namedIn(resource['attributes'], SERVICE_KEYS)
      : undefined) ?? (isJsonObject(kubernetes) ? namedIn(kubernetes, CONTAINER) : undefined)
  );
}

function namedIn(log: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = log[key];
    const name = isJsonObject(value) ? value['name'] : value;
    if (typeof name === 'string' && name !== '' && name.length <= MAX_NAME) return name;
  }
  return undefined;
}

const MAX_NAME = 128;

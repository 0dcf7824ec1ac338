import type { JsonObject } from '../log/entry.ts';
import { attributeText, spanKindName } from '../spans/jaeger.ts';
import { STATUS, type Span } from '../spans/span.ts';

/**
 * Whether a span has all the tags, by the rules of Jaeger's own stores: values
 * are compared as text, `error`, `span.kind` and `span.status` ask for the
 * span's fields, `resource.X` for its resource alone, and any other key for an
 * attribute of the span, its resource, one of its events or one of its links.
 */
export function matchesTags(span: Span, tags: Iterable<readonly [string, string]>): boolean {
  for (const [key, value] of tags) {
    if (!matchesTag(span, key, value)) return false;
  }
  return true;
}

/** A text that stands in the JSON of every span with this tag, where there is one: to skip the others unparsed. */
export function tagNeedle(key: string): string | undefined {
  if (FIELDS.has(key)) return undefined;
  return `${JSON.stringify(withoutPrefix(key))}:`;
}

const FIELDS = new Set(['error', 'span.kind', 'span.status']);
const RESOURCE = 'resource.';

const withoutPrefix = (key: string): string =>
  key.startsWith(RESOURCE) ? key.slice(RESOURCE.length) : key;

function matchesTag(span: Span, key: string, value: string): boolean {
  if (key === 'error') {
    const asked = truth(value);
    return asked !== undefined && span.status.code === (asked ? STATUS.error : STATUS.ok);
  }
  if (key === 'span.kind') return spanKindName(span.kind) === value.toLowerCase();
  if (key === 'span.status') return statusName(span) === value.toLowerCase();
  if (key.startsWith(RESOURCE)) return has(span.resource, withoutPrefix(key), value);
  return (
    has(span.attributes, key, value) ||
    has(span.resource, key, value) ||
    span.events.some((event) => has(event.attributes, key, value)) ||
    span.links.some((link) => has(link.attributes, key, value))
  );
}

function has(attributes: JsonObject, key: string, value: string): boolean {
  if (!Object.hasOwn(attributes, key)) return false;
  return attributeText(attributes[key] ?? null) === value;
}

/** The words Jaeger takes for true and false. */
function truth(value: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false;
  return undefined;
}

function statusName({ status }: Span): string {
  if (status.code === STATUS.error) return 'error';
  return status.code === STATUS.ok ? 'ok' : 'unset';
}

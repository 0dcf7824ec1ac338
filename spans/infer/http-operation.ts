import { isJsonObject, type JsonObject, type JsonValue } from '../../log/entry.ts';

const VERBS = new Set('GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE'.split(' '));
const METHOD = /^(?:http|req|request|httprequest)?(?:request)?(?:method|verb)$/;
const ROUTE = /^(?:http|req|request)?(?:route|pathtemplate|urltemplate|pathpattern|handlerpath)$/;
const PATH =
  /^(?:http|req|request)?(?:path|url|uri|target|urlpath|requesturi|requesturl|pathname)$/;
const IN_TEXT =
  /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?:https?:\/\/[^/\s]+)?(\/[^\s"',;)\]]*)/;
/** Parts of a path that name one thing, not a kind of things. */
const PARAMETER =
  /^(?:\d.*|[0-9a-f]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*[@%:*].*|(?=.*\d).{12,})$/i;
const MAX_DEPTH = 2;

interface Found {
  method?: string;
  route?: string;
  path?: string;
}

/**
 * The HTTP operation a line is about, named as OpenTelemetry names such spans:
 * `{method} {route}`. Where only the path is told, its parts that look like ids
 * become `:id`. Undefined for a line about none.
 */
export function httpOperation(log: JsonObject, message: string): string | undefined {
  const found: Found = {};
  look(log, found, 0);
  const [, method, path] = IN_TEXT.exec(message) ?? [];
  if (found.method === undefined && method !== undefined) Object.assign(found, { method, path });
  if (found.method === undefined) return undefined;
  if (found.route !== undefined) return `${found.method} ${found.route}`;
  return found.path === undefined ? undefined : `${found.method} ${templateOf(found.path)}`;
}

function look(object: JsonObject, found: Found, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    const name = key.toLowerCase().replaceAll(/[^a-z]/g, '');
    if (isJsonObject(value)) {
      if (depth < MAX_DEPTH) look(value, found, depth + 1);
    } else {
      note(name, value, found);
    }
  }
}

function note(name: string, value: JsonValue, found: Found): void {
  if (typeof value !== 'string') return;
  if (METHOD.test(name) && VERBS.has(value.toUpperCase())) found.method ??= value.toUpperCase();
  else if (ROUTE.test(name) && value.startsWith('/')) found.route ??= value;
  else if (PATH.test(name) && /^(?:\/|https?:\/\/)/.test(value)) found.path ??= value;
}

function templateOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]+/, '').replace(/[?#].*$/s, '');
  return path
    .split('/')
    .map((part) => (PARAMETER.test(part) ? ':id' : part))
    .join('/');
}

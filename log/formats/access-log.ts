/**
 * https://httpd.apache.org/docs/2.4/logs.html#accesslog and https://nginx.org/en/docs/http/ngx_http_log_module.html
 *
 * `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08"`
 *
 * Common and combined, with a virtual host in front or more behind: `0.005`
 * alone or as `rt=` or `request_time=` is `request_time` in seconds, other
 * pairs keep their names, and what is left is in `extra`. The time is that of
 * the line, at the request's end (Apache's is at its begin).
 */
import type { JsonObject } from '../entry.ts';
import type { Format } from './format.ts';
import { bareValue, pairs } from './pairs.ts';

const LINE =
  /^(?:(?<vhost>[\w.-]+(?::\d+)?) )?(?<client>[^\s"[\]]+) (?<ident>[^\s"[\]]+) (?<user>[^"[\]]{1,256}?) \[(?<time>\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?)\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}|-) (?<bytes>\d+|-)(?: "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)")?(?: (?<rest>.*))?$/s;
const REQUEST = /^([A-Z_-]{1,32}) (\S+)(?: (HTTP\/[\d.]+))?$/;
const TOKEN = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

export const accessLog: Format = {
  name: 'access log',
  text(line) {
    const groups = LINE.exec(line)?.groups;
    if (!groups) return undefined;
    const { vhost, client, user, time, request = '', status, bytes, referer, agent, rest } = groups;
    const [, method, path, protocol] = REQUEST.exec(request) ?? [];
    const log = present({
      time,
      msg: request,
      vhost,
      client,
      user,
      method,
      path,
      protocol,
      status: numeric(status),
      bytes: numeric(bytes),
      referer,
      user_agent: agent,
      ...(rest !== undefined && more(rest)),
    });
    return { log, time };
  },
};

const numeric = (text: string | undefined): number | undefined =>
  text === undefined || text === '-' ? undefined : Number(text);

/** Without what is not there: both servers write `-` for that. */
function present(fields: Record<string, JsonObject[string] | undefined>): JsonObject {
  const log: JsonObject = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined && value !== '-') log[key] = value;
  }
  return log;
}

function more(rest: string): JsonObject {
  const named = pairs(rest) ?? {};
  const seconds = named['request_time'] ?? named['rt'];
  const extra: JsonObject[string][] = [];
  let unnamed: number | undefined;
  for (const [token, quoted, bare] of rest.matchAll(TOKEN)) {
    if (bare?.includes('=')) continue;
    if (unnamed === undefined && /^\d+\.\d{3}$/.test(token)) unnamed = Number(token);
    else extra.push(quoted ?? bareValue(bare ?? ''));
  }
  const requestTime = typeof seconds === 'number' ? seconds : unnamed;
  return {
    ...named,
    ...(requestTime !== undefined && { request_time: requestTime }),
    ...(extra.length > 0 && { extra }),
  };
}

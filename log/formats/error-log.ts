/**
 * https://nginx.org/en/docs/ngx_core_module.html#error_log and https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat
 *
 * `2026/11/23 09:00:00 [error] 123#0: *45 connect() failed (111: Connection refused), client: 10.0.0.1, server: shop, request: "GET /pets HTTP/1.1", host: "shop"`
 * `[Mon Nov 23 09:00:00.123456 2026] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187:4711] AH00126: Invalid URI in request`
 */
import type { JsonObject } from '../entry.ts';
import type { Format } from './format.ts';
import { unescaped } from './pairs.ts';

const NGINX = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[([a-z]+)\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/s;
const NGINX_FIELD =
  /, (client|server|request|upstream|host|referrer|subrequest): (?:"((?:[^"\\]|\\.)*)"|([^,"]*))/g;
const APACHE =
  /^\[((?:[A-Z][a-z]{2} ){2} ?\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)? \d{4})\] \[(?:([\w-]*):)?([a-z]+\d?)\] (?:\[pid (\d+)(?::tid (\d+))?\] )?(?:\[(?:client|remote) ([^\]]+)\] )?(.*)$/s;

export const errorLog: Format = {
  name: 'error log',
  text(line) {
    const nginx = NGINX.exec(line);
    if (nginx) return nginxReading(nginx);
    const apache = APACHE.exec(line);
    return apache ? apacheReading(apache) : undefined;
  },
};

function nginxReading([, time = '', level = '', pid, tid, connection, text = '']: RegExpExecArray) {
  const log: JsonObject = { time, level, pid: Number(pid), tid: Number(tid) };
  if (connection !== undefined) log['connection'] = Number(connection);
  for (const [, key = '', quoted, bare = ''] of text.matchAll(NGINX_FIELD)) {
    log[key] = quoted === undefined ? bare : unescaped(quoted);
  }
  const fieldsAt = text.search(NGINX_FIELD);
  log['msg'] = fieldsAt === -1 ? text : text.slice(0, fieldsAt);
  return { log, time };
}

function apacheReading([
  ,
  time = '',
  module,
  level = '',
  pid,
  tid,
  client,
  msg = '',
]: RegExpExecArray) {
  const log: JsonObject = {
    time,
    ...(module !== undefined && { module }),
    level,
    ...(pid !== undefined && { pid: Number(pid) }),
    ...(tid !== undefined && { tid }),
    ...(client !== undefined && { client }),
    msg,
  };
  return { log, time };
}

/**
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string
 *
 * `[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"`
 * `{"start_time":"2016-04-15T20:17:00.310Z","method":"POST","path":"/api/v1/locations","response_code":204,"duration":226,…}`
 *
 * Istio writes more between the flags and the bytes, and behind. The time is
 * the request's **start**; `duration` is in milliseconds. (Envoy's own log is
 * text with a time.)
 */
import type { JsonObject } from '../entry.ts';
import type { Format } from './format.ts';

const TEXT =
  /^\[(?<time>\d{4}-[^\]\s]+)\] "(?<request>(?:[^"\\]|\\.)*)" (?<response_code>\d+) (?<response_flags>\S+) (?:(?<response_code_details>[^\s\d"][^\s]*|"[^"]*") (?<connection_details>\S+) "(?<upstream_failure>[^"]*)" )?(?<bytes_received>\d+) (?<bytes_sent>\d+) (?<duration>\d+) (?<upstream_service_time>\d+|-) "(?<x_forwarded_for>[^"]*)" "(?<user_agent>(?:[^"\\]|\\.)*)" "(?<request_id>[^"]*)" "(?<authority>[^"]*)" "(?<upstream_host>[^"]*)"(?: (?<upstream_cluster>\S+))?/;
const REQUEST = /^(\S+) (\S+)(?: (\S+))?$/;

export const envoy: Format = {
  name: 'envoy',
  json(log) {
    const { start_time: time, response_code: code, duration } = log;
    if (time === undefined || code === undefined || duration === undefined) return undefined;
    return { log, time };
  },
  text(line) {
    const groups = TEXT.exec(line)?.groups;
    if (!groups) return undefined;
    const { time = '', request = '', ...fields } = groups;
    const [, method = '', path = '', protocol = ''] = REQUEST.exec(request) ?? [];
    const log: JsonObject = { time, msg: request, method, path, protocol };
    for (const [key, text] of Object.entries(fields)) {
      if (text !== undefined && text !== '-' && text !== '')
        log[key] = NUMBERS.has(key) ? Number(text) : text;
    }
    return { log, time };
  },
};

const NUMBERS = new Set(
  'response_code bytes_received bytes_sent duration upstream_service_time'.split(' '),
);

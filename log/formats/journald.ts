/**
 * https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format
 *
 * `{"__REALTIME_TIMESTAMP":"1795363200123456","_HOSTNAME":"lab-1","SYSLOG_IDENTIFIER":"shop","_PID":"4711","PRIORITY":"6","MESSAGE":"pet added"}`
 */
import type { Format } from './format.ts';

export const journald: Format = {
  name: 'journald',
  json(log) {
    const { __REALTIME_TIMESTAMP: received, _SOURCE_REALTIME_TIMESTAMP: sent, MESSAGE } = log;
    const time = sent ?? received;
    if (typeof time !== 'string' || typeof MESSAGE !== 'string') return undefined;
    const name = log['CONTAINER_NAME'] ?? log['SYSLOG_IDENTIFIER'] ?? log['_COMM'];
    const service = typeof name === 'string' ? name : undefined;
    return { log, time, service, inner: MESSAGE };
  },
};

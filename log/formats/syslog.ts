/**
 * https://www.rfc-editor.org/rfc/rfc5424 and https://www.rfc-editor.org/rfc/rfc3164
 *
 * `<165>1 2003-10-11T22:14:15.003Z mymachine.example.com su 4711 ID47 [exampleSDID@32473 eventID="1011"] 'su root' failed`
 * `<34>Oct 11 22:14:15 mymachine su[4711]: 'su root' failed for lonvick on /dev/pts/8`
 *
 * Files have no `<34>`, and often an ISO time (rsyslog's default).
 */
import type { JsonObject } from '../entry.ts';
import { timeEnd } from '../timestamp.ts';
import type { Format, Reading } from './format.ts';
import { unescaped } from './pairs.ts';

const PRIORITY = /^<(\d{1,3})>/;
const RFC_5424 =
  /^<(\d{1,3})>\d{1,2} (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+)(?: (?:\ufeff)?(.*))?$/s;
const RFC_3164 = / (\S{1,255}) ([A-Za-z_(][^\s:[\]]{0,127})(?:\[([^\]\s]{1,32})\])?: ?(.*)$/sy;
const ELEMENT = /\[([^\s\]="]+)((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]/g;
const PARAMETER = /([^\s="]+)="((?:[^"\\]|\\.)*)"/g;
const SEVERITIES = 'emerg alert crit error warn notice info debug'.split(' ');

export const syslog: Format = {
  name: 'syslog',
  text(line) {
    const rfc5424 = RFC_5424.exec(line);
    if (rfc5424) return newReading(rfc5424);
    const [head = '', priority] = PRIORITY.exec(line) ?? [];
    const end = timeEnd(line, head.length);
    if (end === -1) return undefined;
    RFC_3164.lastIndex = end;
    const [, host = '', app, pid, msg = ''] = RFC_3164.exec(line) ?? [];
    if (app === undefined || !(head !== '' || isHost(host))) return undefined;
    return reading({ time: line.slice(head.length, end), priority, host, app, pid, msg });
  },
};

/** Not a level, a number or a bracket, which other text lines have at this place. */
const isHost = (text: string): boolean =>
  /^[a-z\d][\w.:-]*$/i.test(text) && !/^(?:\d+|[A-Z]{3,11})$/.test(text) && !text.endsWith(':');

function newReading([
  ,
  priority,
  time = '',
  host = '',
  app = '',
  pid,
  id,
  data = '-',
  msg = '',
]: RegExpExecArray): Reading {
  const fields: JsonObject = id === undefined || id === '-' ? {} : { msgid: id };
  for (const [, name = '', parameters = ''] of data.matchAll(ELEMENT)) {
    const held: JsonObject = {};
    for (const [, key = '', value = ''] of parameters.matchAll(PARAMETER))
      held[key] = unescaped(value);
    fields[name] = held;
  }
  return reading({ time, priority, host, app, pid, msg, fields });
}

interface Parts {
  readonly time: string;
  readonly priority: string | undefined;
  readonly host: string;
  readonly app: string;
  readonly pid: string | undefined;
  readonly msg: string;
  readonly fields?: JsonObject;
}

function reading({ time, priority, host, app, pid, msg, fields }: Parts): Reading {
  const severity = priority === undefined ? undefined : SEVERITIES[Number(priority) & 7];
  const log: JsonObject = { ...fields, time };
  if (severity !== undefined) log['level'] = severity;
  if (priority !== undefined) log['facility'] = Number(priority) >> 3;
  if (host !== '-') log['host'] = host;
  if (app !== '-') log['app'] = app;
  if (pid !== undefined && pid !== '-') log['pid'] = /^\d{1,10}$/.test(pid) ? Number(pid) : pid;
  log['msg'] = msg;
  const inner = msg.replace(/^@cee: ?/, '');
  return {
    log,
    time: time === '-' ? undefined : time,
    service: app === '-' ? undefined : app,
    inner,
  };
}

import { describe, expect, test } from 'vitest';
import type { JsonObject, LogEntry } from '../../../log/entry.ts';
import { concernsSpans, SpanRebuilder } from '../../../spans/rebuild.ts';
import { LiveIncidents } from '../../../runner/incidents/live-incidents.ts';
import { RecentEvents } from '../../../runner/recent-events.ts';
import { firehoseOf } from '../../onelog.ts';
import { START_SECONDS } from '../../incident/simulated-traffic.ts';
import { simulatedLog } from './simulated-log.ts';

/** Shows a log to it as a lab does, spans and lines as they come. */
function watch(entries: readonly LogEntry[]) {
  const said = { driver: [] as JsonObject[], system: [] as JsonObject[] };
  const incidents = new LiveIncidents(
    {
      driver: (line) => said.driver.push(line),
      system: (line) => said.system.push(line),
      underWay: (atSeconds, most) => rebuilder.underWay(atSeconds, most),
    },
    new RecentEvents(),
  );
  const rebuilder = new SpanRebuilder(({ span }) => incidents.addSpan(span));
  for (const entry of entries) {
    if (concernsSpans(entry)) rebuilder.push(entry);
    incidents.look([entry]);
  }
  return { incidents, ...said };
}

describe('a running lab', () => {
  test('says once that an incident begins and is over, and puts its cause into each trace concerned', () => {
    const { incidents, driver, system } = watch(firehoseOf(simulatedLog()));
    expect(driver.map(({ msg }) => msg)).toEqual(['incident begins', 'incident is over']);
    const [begun, over] = driver;
    expect(over).toMatchObject({ verdict: 'cause found', incident: begun?.['incident'] });
    const [report] = incidents.reports();
    expect(report?.id).toBe(begun?.['incident']);
    expect(report?.ongoing).toBe(false);
    expect(system).toHaveLength(report?.impact.traceCount ?? 0);
    expect(system[0]).toMatchObject({
      msg: 'span end',
      span_name: 'incident: node.command',
      attributes: { 'one_log.incident.kind': 'node.command', 'one_log.incident.pid': 20 },
    });
    expect(new Set(system.map(({ span_id: id }) => id)).size).toBe(system.length);
  });

  test('says so while requests hang, before any of them is over', () => {
    const hangs = ({ ts, log }: LogEntry): boolean =>
      ts >= START_SECONDS + 200 && log['msg'] === 'span end';
    const entries = firehoseOf(simulatedLog([])).filter(
      (entry) => entry.ts < START_SECONDS + 208 && !hangs(entry),
    );
    const { driver } = watch(entries);
    expect(driver.map(({ msg }) => msg)).toEqual(['incident begins']);
    expect(driver[0]?.['summary']).toMatch(/took \d+(\.\d+)? ms instead of/);
  });

  test.each([8, 40])('says nothing while %d requests a second come as usual', (perSecond) => {
    const { incidents, driver, system } = watch(firehoseOf(simulatedLog([], perSecond)));
    expect({ driver, system, reports: incidents.reports() }).toEqual({
      driver: [],
      system: [],
      reports: [],
    });
  });
});

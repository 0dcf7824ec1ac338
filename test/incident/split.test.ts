import { expect, test } from 'vitest';
import { findIncidents, type Incident } from '../../incident/incidents.ts';
import { splitterOf } from '../../incident/split.ts';
import { TraceWindow } from '../../incident/trace-window.ts';
import { simulatedSpans, START_SECONDS } from './simulated-traffic.ts';

test('what was taken for one incident is two where it is calm between, though one span in ten is always slow', () => {
  const window = new TraceWindow();
  const troubles = [
    { kind: 'host', fromSeconds: 100, toSeconds: 112 },
    { kind: 'gone', fromSeconds: 140, toSeconds: 150 },
  ] as const;
  for (const span of simulatedSpans({ seed: 4, seconds: 240, perSecond: 20, troubles })) {
    window.add(span);
  }
  const looked = findIncidents(window.traces(), undefined);
  const [first, second] = looked.incidents as [Incident, Incident];
  const joined = {
    fromMicros: first.fromMicros,
    toMicros: second.toMicros,
    bursts: [...first.bursts, ...second.bursts],
    gaps: [...first.gaps, ...second.gaps],
  };
  const parts = splitterOf({ ...looked, incidents: [joined] })(joined);
  const seconds = parts.map(({ fromMicros, toMicros }) =>
    [fromMicros, toMicros].map((micros) => Math.round(micros / 1e6 - START_SECONDS)),
  );
  expect(seconds).toEqual([
    [100, 112],
    [140, 150],
  ]);
  expect(looked.incidents.flatMap(splitterOf(looked))).toEqual(looked.incidents);
});

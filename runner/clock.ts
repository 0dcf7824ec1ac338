import { performance } from 'node:perf_hooks';

/** `Date` and the monotonic clock may differ by this before the first is believed: it was set, or the machine slept. */
const TOLERANCE_MICROS = 2_000;

let offsetMicros = performance.timeOrigin * 1e3;

/** Unix time in whole microseconds: the wall clock's hour with the monotonic clock's fineness. */
export function nowMicros(): number {
  const micros = offsetMicros + performance.now() * 1e3;
  const wallMicros = Date.now() * 1e3;
  const ahead = micros - wallMicros;
  if (ahead < -TOLERANCE_MICROS || ahead > TOLERANCE_MICROS) {
    offsetMicros += wallMicros - micros;
    return wallMicros;
  }
  return Math.floor(micros);
}

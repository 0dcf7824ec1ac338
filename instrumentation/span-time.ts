import type { HrTime } from '@opentelemetry/api';

/** Unix nanoseconds as a decimal string, of the SDK's `[seconds, nanoseconds]`. */
export function unixNano([seconds, nanos]: HrTime): string {
  return `${seconds}${String(nanos).padStart(9, '0')}`;
}

import { Durations } from './durations.ts';
import { MarkSeries } from './mark-series.ts';

/** How spans of a service, or of all, were marked by their speed. */
export class SpeedPast {
  readonly slow = new MarkSeries();
  readonly late = new MarkSeries();
  readonly stalled = new MarkSeries();
}

/** What is known of one operation's spans. */
export class OperationPast extends SpeedPast {
  readonly durations = new Durations();
  readonly missingEnd = new MarkSeries();
  /** By the failure's type. */
  readonly failed = new Map<string, MarkSeries>();
}

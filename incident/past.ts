import { Durations } from './durations.ts';
import { MarkSeries } from './mark-series.ts';

/** How spans of a service, or of all, were marked by their speed. */
export class SpeedPast {
  readonly slow = new MarkSeries();
  readonly late = new MarkSeries();
  readonly stalled = new MarkSeries();
  /** Recent bins in which anything of it was. */
  readonly #unusual = new Set<number>();

  /** That something was wrong from one bin to another, both within: none of it is to be the past of anything. */
  setUnusual(fromBin: number, toBin: number): void {
    for (let bin = fromBin; bin <= toBin; bin++) this.#unusual.add(bin);
  }

  isUnusual(bin: number): boolean {
    return this.#unusual.has(bin);
  }

  /** What is before `bin` becomes past. */
  forgetBefore(bin: number): void {
    for (const series of this.series()) {
      series.forgetBefore(bin, (each) => this.#unusual.has(each));
    }
    for (const each of this.#unusual) if (each < bin) this.#unusual.delete(each);
  }

  protected series(): readonly MarkSeries[] {
    return [this.slow, this.late, this.stalled];
  }
}

/** What is known of one operation's spans. */
export class OperationPast extends SpeedPast {
  readonly service: string;
  readonly durations = new Durations();
  readonly missingEnd = new MarkSeries();
  /** By the failure's type. */
  readonly failed = new Map<string, MarkSeries>();

  constructor(service: string) {
    super();
    this.service = service;
  }

  protected override series(): readonly MarkSeries[] {
    return [...super.series(), this.missingEnd, ...this.failed.values()];
  }
}

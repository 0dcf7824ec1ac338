import type { LogEntry } from '../../log/entry.ts';
import { ChangeDetector, type Verdict } from './change-detection.ts';
import { eventOf, refOf, type LineRef } from './event.ts';
import { isGone, isSample, type Interval, type Observation, type Sample } from './observation.ts';
import type { SystemEvent } from './system-event.ts';

/** Series remembered; the one not seen for longest goes first. */
const MAX_SERIES = 2_000;
/** Lines kept of an event: its first ones, and the newest. */
const MAX_LINES = 8;
/** Looks farther apart than so many times their own length are no row of looks. */
const GAP = 10n;

/** The event that a series is in, or may be at the begin of. */
interface Course {
  readonly startNanos: bigint;
  /** Of the newest look. */
  endNanos: bigint;
  /** Of the first look that was like usual again, if those since then were too. */
  calmNanos: bigint | undefined;
  readonly lines: LineRef[];
  /** The newest that was off: who holds a port then, not who holds it afterwards. */
  sample: Sample;
  isEvent: boolean;
}

interface Series {
  readonly detector: ChangeDetector;
  sample: Sample;
  look: number;
  course: Course | undefined;
}

/**
 * Turns what the lines of one source tell, one look after the other, into
 * events: facts at once, changes of series when they are over. An event is from
 * the last usual look before it to the first usual look after it.
 */
export class SeriesEvents {
  readonly #source: string;
  readonly #host: string | undefined;
  readonly #series = new Map<string, Series>();
  /** Those with a course, by their keys. */
  readonly #active = new Set<string>();
  #look = 0;
  #endNanos = 0n;
  /** Series that there was no room for any more. */
  dropped = 0;

  /** @param source of the events @param host where the source looked */
  constructor(source: string, host: string | undefined) {
    this.#source = source;
    this.#host = host;
  }

  /**
   * Takes one line's observations.
   * @param isWhole whether the line mentions all there is: then what it does not mention is absent
   * @returns the facts among them, and the changes that are over
   */
  push(
    observations: readonly Observation[],
    interval: Interval,
    line: LogEntry,
    isWhole = true,
  ): SystemEvent[] {
    const events = isWhole && this.#isAfterGap(interval) ? this.end() : [];
    this.#look++;
    this.#endNanos = interval[1];
    for (const observation of observations) {
      if (isSample(observation)) events.push(...this.#take(observation, interval, line));
      else if (isGone(observation)) events.push(...this.#lose(observation.gone, interval));
      else {
        const fact = { ...observation, interval: observation.interval ?? interval };
        events.push(eventOf(fact, [refOf(line)], this.#source, this.#host));
      }
    }
    if (isWhole) {
      for (const key of this.#active) events.push(...this.#miss(key, interval, line));
    }
    return events;
  }

  /** The changes that are not over, as far as they are known. */
  open(): SystemEvent[] {
    return [...this.#active].flatMap((key) => {
      const series = this.#series.get(key);
      return series?.course?.isEvent === true
        ? [this.#event(series, series.course, series.course.endNanos)]
        : [];
    });
  }

  /** No more looks, or none for long: what is not over ends with the last look. */
  end(): SystemEvent[] {
    const events = this.open();
    for (const key of this.#active) this.#series.delete(key);
    this.#active.clear();
    return events;
  }

  #isAfterGap([start, end]: Interval): boolean {
    return this.#endNanos > 0n && start - this.#endNanos > GAP * (end - start) + 1_000_000_000n;
  }

  #take(sample: Sample, interval: Interval, line: LogEntry): SystemEvent[] {
    const { rule, of, value } = sample;
    if (!Number.isFinite(value)) return [];
    const key = `${rule.name} ${of}`;
    const series = this.#seriesOf(key, sample);
    this.#catchUp(series);
    series.sample = sample;
    return this.#judge(key, series, value, sample.interval ?? interval, line);
  }

  /** A series in a course that this line does not mention. */
  #miss(key: string, interval: Interval, line: LogEntry): SystemEvent[] {
    const series = this.#series.get(key);
    if (series === undefined || series.look === this.#look) return [];
    const { whenAbsent } = series.sample.rule;
    if (whenAbsent === 'unknown') return [];
    if (whenAbsent !== undefined) return this.#judge(key, series, whenAbsent, interval, line);
    return this.#drop(key, series, interval);
  }

  #lose(gone: string, interval: Interval): SystemEvent[] {
    return [...this.#active].flatMap((key) => {
      const series = this.#series.get(key);
      return series?.sample.of === gone ? this.#drop(key, series, interval) : [];
    });
  }

  #drop(key: string, series: Series, interval: Interval): SystemEvent[] {
    this.#series.delete(key);
    this.#active.delete(key);
    const { course } = series;
    return course?.isEvent === true ? [this.#event(series, course, interval[1])] : [];
  }

  #judge(
    key: string,
    series: Series,
    value: number,
    interval: Interval,
    line: LogEntry,
  ): SystemEvent[] {
    series.look = this.#look;
    const verdict = series.detector.push(value);
    if (verdict === 'usual') {
      this.#leave(key, series);
      return [];
    }
    const course = (series.course ??= begunAt(interval, series.sample));
    this.#active.add(key);
    if (verdict === 'off' || verdict === 'changed') course.sample = series.sample;
    follow(course, verdict, interval, line);
    if (verdict !== 'back') return [];
    const event = this.#event(series, course, course.calmNanos ?? course.endNanos);
    this.#leave(key, series);
    return [event];
  }

  #leave(key: string, series: Series): void {
    series.course = undefined;
    this.#active.delete(key);
  }

  /** Looks that did not mention it had its value for that. */
  #catchUp(series: Series): void {
    const { whenAbsent } = series.sample.rule;
    if (typeof whenAbsent !== 'number' || series.course !== undefined) return;
    const missed = this.#look - series.look - 1;
    if (missed > 0) series.detector.pass(whenAbsent, missed);
  }

  #seriesOf(key: string, sample: Sample): Series {
    const found = this.#series.get(key);
    // The one used last is the last of the map.
    this.#series.delete(key);
    const series = found ?? {
      detector: new ChangeDetector(sample.rule),
      sample,
      look: this.#look,
      course: undefined,
    };
    this.#series.set(key, series);
    if (this.#series.size > MAX_SERIES) this.#forgetOne();
    return series;
  }

  #forgetOne(): void {
    const [oldest] = this.#series.keys();
    if (oldest === undefined) return;
    this.#series.delete(oldest);
    this.#active.delete(oldest);
    this.dropped++;
  }

  #event(
    { detector }: Series,
    { sample, startNanos, lines }: Course,
    endNanos: bigint,
  ): SystemEvent {
    const { rule, of, about, say } = sample;
    const { change } = detector;
    return eventOf(
      {
        kind: rule.kind,
        of: `${rule.name} ${of}`,
        about,
        summary: say(change),
        magnitude: change.magnitude,
        interval: [startNanos, endNanos],
      },
      lines,
      this.#source,
      this.#host,
    );
  }
}

const begunAt = ([startNanos, endNanos]: Interval, sample: Sample): Course => ({
  startNanos,
  endNanos,
  calmNanos: undefined,
  lines: [],
  sample,
  isEvent: false,
});

function follow(course: Course, verdict: Verdict, [, endNanos]: Interval, line: LogEntry): void {
  course.endNanos = endNanos;
  if (verdict === 'changed') course.isEvent = true;
  if (verdict === 'calm') course.calmNanos ??= endNanos;
  else if (verdict !== 'back') course.calmNanos = undefined;
  if (course.lines.length === MAX_LINES) course.lines.pop();
  course.lines.push(refOf(line));
}

/** When a change of a series is one; values are in the series' own unit. */
export interface ChangeRule {
  /**
   * `level`: the value itself has risen. `growth`: the values are increments, and
   * their sum has risen, however slowly.
   */
  readonly by: 'level' | 'growth';
  /** The least rise that counts, whatever is usual. */
  readonly least: number;
  /** And the least as a share of what is usual. */
  readonly share?: number;
  /** The robust standard deviation is never taken to be less: a series that never moved would else alarm at dust. */
  readonly spread: number;
  /** How many looks in a row must be off before it is a change. */
  readonly looks: number;
  /** With `growth`: what may be added at each look for nothing. */
  readonly slack?: number;
  /** The value before the first look, where that is known: a process that was not there used nothing. */
  readonly past?: number;
}

/** How far a series is from its usual. */
export interface Change {
  /** The farthest value; of a growth, the sum. */
  readonly peak: number;
  readonly usual: number;
  /** In robust standard deviations. */
  readonly magnitude: number;
}

/**
 * What a value was: `usual`; `off`, maybe the first of a change; `changed`, as
 * were those just before that were off; `calm`, like usual while it is not clear
 * yet that the change is over; `back`, it is.
 */
export type Verdict = 'usual' | 'off' | 'changed' | 'calm' | 'back';

/** Looks whose values are remembered as usual. */
const WINDOW = 60;
/** Without so many nothing is said to be unusual. */
const LEAST_PAST = 10;
/** So many robust standard deviations are a change, and fewer than so many the end of it. */
const BEGIN = 6;
const END = 3;
/** A change is over when it is so many looks in a row. */
const LOOKS_BACK = 2;
/** A growth begins where its sum passed this part of its limit. */
const CLIMBING = 8;
/** What has lasted so many looks is the new usual; what has grown and stays, sooner. */
const MAX_CHANGED = { level: 300, growth: 60 } as const;
const MAX_MAGNITUDE = 1_000;
/** The median moves slowly: it is made anew after so many looks, and whenever a value is near to being off. */
const RENEW = 8;
/** Makes the median absolute deviation a standard deviation where noise is normal. */
const NORMAL = 1.4826;

/**
 * Tells when a series leaves its usual and when it is back, one value a look.
 *
 * A level is compared with the median of the last 60 usual values, in units of
 * their median absolute deviation: the identifier of F. R. Hampel, "The
 * influence curve and its role in robust estimation", JASA 69 (1974), which up
 * to half of its window may be wrong without misleading. Values that are off
 * do not enter the window, and the end of a change asks for less than its begin
 * (hysteresis), so that one change is one event.
 *
 * A growth is the one-sided cumulative sum of E. S. Page, "Continuous
 * inspection schemes", Biometrika 41 (1954): `max(0, sum + value − slack)`,
 * which slow growth passes in the end as fast growth does at once.
 *
 * Memory: 60 numbers a series. Only rises are told; what may fall is given negated.
 */
export class ChangeDetector {
  readonly #rule: ChangeRule;
  readonly #usual: number[];
  #next = 0;
  #median = 0;
  #sigma = 0;
  #sinceRenewed = RENEW;
  #sum = 0;
  /** Looks in a row that were off, and that were not. */
  #off = 0;
  #calm = 0;
  /** How long the change has lasted; 0 outside one. */
  #changed = 0;
  #change: Change = { peak: 0, usual: 0, magnitude: 0 };

  constructor(rule: ChangeRule) {
    this.#rule = rule;
    this.#usual =
      rule.past === undefined ? [] : Array.from({ length: LEAST_PAST }, () => rule.past as number);
  }

  /** Of the present or newest change. */
  get change(): Change {
    return this.#change;
  }

  /** @param value finite */
  push(value: number): Verdict {
    const isGrowth = this.#rule.by === 'growth';
    if (this.#usual.length < LEAST_PAST) {
      this.#remember(isGrowth ? 0 : value);
      return 'usual';
    }
    if (isGrowth) this.#sum = Math.max(0, this.#sum + value - (this.#rule.slack ?? 0));
    const x = isGrowth ? this.#sum : value;
    const { rise, limit, sigma } = this.#distance(x);
    if (this.#changed > 0) return this.#goOn(x, rise < limit / 2 || rise < END * sigma);
    if (rise >= limit && rise >= BEGIN * sigma) return this.#leave(x);
    this.#off = 0;
    // A sum that climbs is on its way: the growth began where it was near zero.
    if (isGrowth) return x > limit / CLIMBING ? 'off' : 'usual';
    this.#remember(x);
    return 'usual';
  }

  /** So many looks at which the value was this usual one: the same as to push it so often, but without a judgement. */
  pass(value: number, looks: number): void {
    const { by, slack = 0 } = this.#rule;
    if (by === 'growth') {
      this.#sum = Math.max(0, this.#sum + looks * (value - slack));
      return;
    }
    for (let look = 0; look < Math.min(looks, WINDOW); look++) this.#remember(value);
  }

  #leave(x: number): Verdict {
    this.#off++;
    this.#note(x, this.#off === 1);
    if (this.#off < this.#rule.looks) return 'off';
    this.#changed = 1;
    this.#calm = 0;
    return 'changed';
  }

  #goOn(x: number, isCalm: boolean): Verdict {
    this.#changed++;
    this.#calm = isCalm ? this.#calm + 1 : 0;
    const isOld = this.#changed >= MAX_CHANGED[this.#rule.by];
    if (isOld) this.#acceptAsUsual(x);
    if (!isOld && this.#calm < LOOKS_BACK) {
      if (!isCalm) this.#note(x, false);
      return isCalm ? 'calm' : 'changed';
    }
    this.#changed = 0;
    this.#off = 0;
    return 'back';
  }

  #acceptAsUsual(x: number): void {
    this.#sum = 0;
    if (this.#rule.by === 'level') this.#usual.fill(x);
    this.#sinceRenewed = RENEW;
  }

  #note(x: number, isFirst: boolean): void {
    const { rise, sigma } = this.#distance(x);
    if (!isFirst && x <= this.#change.peak) return;
    const magnitude = Math.min(rise / sigma, MAX_MAGNITUDE);
    this.#change = { peak: x, usual: this.#median, magnitude };
  }

  #distance(x: number): { rise: number; limit: number; sigma: number } {
    const { least, share = 0 } = this.#rule;
    if (this.#sinceRenewed >= RENEW || (x - this.#median >= least / 2 && this.#sinceRenewed > 0)) {
      this.#renew();
    }
    const limit = Math.max(least, share * Math.abs(this.#median));
    return { rise: x - this.#median, limit, sigma: this.#sigma };
  }

  #remember(x: number): void {
    this.#usual[this.#next] = x;
    this.#next = (this.#next + 1) % WINDOW;
    this.#sinceRenewed++;
  }

  #renew(): void {
    this.#median = median(this.#usual);
    const deviations = this.#usual.map((value) => Math.abs(value - this.#median));
    this.#sigma = Math.max(NORMAL * median(deviations), this.#rule.spread);
    this.#sinceRenewed = 0;
  }
}

/** The lower one of an even number of values. */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

import { randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { checkLinearizability, type Verdict } from '../../driver/linearizability.ts';
import type { Operation } from '../../driver/operation.ts';
import type { Answer, Command } from '../../driver/petstore/command.ts';
import { petStore } from '../../driver/petstore/model.ts';
import type { State } from '../../driver/petstore/outcomes.ts';
import { type Program, programs } from '../../driver/petstore/program.ts';
import type { Finding } from '../../driver/search.ts';
import { UserError } from '../user-error.ts';
import { eventClock } from './event-clock.ts';
import { pace } from './pace.ts';
import type { PetStoreClient } from './petstore-client.ts';
import { runProgram, type Run, type Running } from './run-program.ts';

export interface CampaignOptions {
  readonly clients: number;
  readonly tests: number;
  readonly maxCommands: number;
  /** At most so long, in seconds. */
  readonly duration?: number;
  /** Calls a second. */
  readonly rate?: number;
  readonly seed?: number;
  /** Of a failure to replay, as it was printed. */
  readonly path?: string;
  /** Told after each test, with what is known then. */
  readonly onProgress: (standing: Standing) => void;
  /** Once it is aborted, no further test begins. */
  readonly signal: AbortSignal;
}

/** How it stands. */
export interface Standing {
  readonly seed: number;
  passed: number;
  /** Tests whose history could not be judged within the limits. */
  undecided: number;
  /** Answers PaymentUnavailable; they are right, but not much of a test. */
  unavailable: number;
  /** Failing programs that were smaller than the one before. */
  shrinks: number;
  /** A program has failed; smaller ones are tried. */
  isShrinking: boolean;
  lastHistory: Run['history'];
  failure?: Failure;
}

/** A program that PetStore fails, as small as could be found. */
export interface Failure {
  readonly program: Program;
  readonly history: readonly Operation<Command, Answer>[];
  readonly finding: Finding<State, Command, Answer>;
  /** Replays it, with the same seed and the same options. */
  readonly path: string;
}

/** A race does not show each time: how often a failed program is run again to see how often it fails. */
const TRIES_ESTIMATING = 10;
/** And how often a smaller one at most, before it counts as sound. */
const MAX_TRIES_SHRINKING = 25;
const TRIES_REPLAYING = 100;
/** No smaller program is looked for after this time. */
const SHRINKING_MS = 20_000;
/** Longest time to judge one history. */
const JUDGING_MS = 5_000;
/** Longest time to wait for Payment, in all. */
const PATIENCE_SECONDS = 30;

/**
 * Runs random programs against PetStore until one fails or all have passed, the
 * time is up, or it is aborted. A failing one is made smaller. Rejects with a
 * UserError where PetStore went away, hangs, or is none.
 */
export async function campaign(
  client: PetStoreClient,
  options: CampaignOptions,
): Promise<Standing> {
  const { clients, tests, maxCommands, duration, path, signal } = options;
  const trial = new Trial(client, options);
  const { standing } = trial;
  const untilMs = duration === undefined ? Infinity : performance.now() + duration * 1e3;
  const stopped = Promise.withResolvers<undefined>();
  const property = fc.asyncProperty(programs(clients, maxCommands), async (program) => {
    if (!standing.isShrinking && (signal.aborted || performance.now() > untilMs)) {
      stopped.resolve(undefined);
      return FOREVER;
    }
    try {
      return await trial.passes(program);
    } catch (error) {
      stopped.reject(error as Error);
      return FOREVER;
    }
  });
  const checked = fc.check(property, {
    seed: standing.seed,
    numRuns: tests,
    ...(path !== undefined && { path, endOnFailure: true }),
  });
  const details = await Promise.race([checked, stopped.promise]);
  if (details?.failed === true && trial.smallest !== undefined) {
    standing.failure = { ...trial.smallest, path: details.counterexamplePath ?? '' };
  }
  return standing;
}

/** A property that is asked no more gives no answer: fast-check would take any for the program's. */
const FOREVER = new Promise<never>(() => {});

/** Tries programs, each often enough, and keeps what came of it. */
class Trial {
  readonly standing: Standing;
  /** The last program that failed; while fast-check shrinks, that is the smallest. */
  smallest: Omit<Failure, 'path'> | undefined;
  readonly #options: CampaignOptions;
  readonly #running: Running;
  /** Names of this run are its own. */
  readonly #run = randomBytes(3).toString('hex');
  #programs = 0;
  #shrinkUntilMs = Infinity;
  #triesShrinking = 1;

  constructor(client: PetStoreClient, options: CampaignOptions) {
    this.#options = options;
    this.#running = {
      client,
      now: eventClock(),
      pace: pace(options.rate),
      patience: { secondsLeft: PATIENCE_SECONDS },
    };
    this.standing = {
      seed: options.seed ?? randomInt(2 ** 31),
      passed: 0,
      undecided: 0,
      unavailable: 0,
      shrinks: 0,
      isShrinking: false,
      lastHistory: [],
    };
  }

  /** Whether no run of the program shows a fault. When the time for shrinking is over, nothing smaller is looked for. */
  async passes(program: Program): Promise<boolean> {
    const { standing } = this;
    const { isShrinking } = standing;
    const { signal, path, onProgress } = this.#options;
    if (isShrinking && (signal.aborted || performance.now() > this.#shrinkUntilMs)) return true;
    const tries = path !== undefined ? TRIES_REPLAYING : isShrinking ? this.#triesShrinking : 1;
    let is: Judgement = 'linearizable';
    for (let tried = 0; tried < tries && is !== 'not linearizable'; tried++) {
      is = await this.#judge(program);
    }
    if (is === 'not linearizable') {
      if (isShrinking) standing.shrinks++;
      else await this.#beginShrinking(program);
    } else if (!isShrinking) {
      standing[is === 'unknown' ? 'undecided' : 'passed']++;
    }
    onProgress(standing);
    return is !== 'not linearizable';
  }

  async #beginShrinking(program: Program): Promise<void> {
    this.standing.isShrinking = true;
    this.#shrinkUntilMs = performance.now() + SHRINKING_MS;
    if (this.#options.path !== undefined) return;
    let failed = 1;
    for (let tried = 0; tried < TRIES_ESTIMATING; tried++) {
      if (this.#options.signal.aborted) return;
      if ((await this.#judge(program)) === 'not linearizable') failed++;
    }
    // So often that one that fails as often would show it nine times in ten.
    const tries = Math.ceil((Math.log(10) * (TRIES_ESTIMATING + 1)) / failed);
    this.#triesShrinking = Math.min(tries, MAX_TRIES_SHRINKING);
  }

  async #judge(program: Program): Promise<Judgement> {
    const { standing } = this;
    const scope = `driver-${this.#run}-${this.#programs++}-`;
    const { history, noAnswer } = await runProgram(program, scope, this.#running);
    standing.lastHistory = history;
    standing.unavailable += history.filter(
      ({ output }) => output?.reason === 'PaymentUnavailable',
    ).length;
    if (noAnswer !== undefined) await requireAlive(this.#running.client, noAnswer);
    const deadlineMs = performance.now() + JUDGING_MS;
    const verdict = checkLinearizability(petStore, history, {
      isTimeUp: () => performance.now() > deadlineMs,
    });
    if (verdict.is === 'not linearizable') {
      this.smallest = { program, history, finding: verdict.found };
    }
    return verdict.is;
  }
}

type Judgement = Verdict<State, Command, Answer>['is'];

/** One call may be lost; a PetStore that does not answer the next either is gone. */
async function requireAlive(client: PetStoreClient, why: string): Promise<void> {
  try {
    await client.probe();
  } catch {
    throw new UserError(
      `${client.address} ${why}, in the middle of a test; what it logged last may tell why`,
    );
  }
}

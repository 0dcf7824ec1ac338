import { accessSync, constants, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { allowedAnswers } from '../../driver/allowed.ts';
import { writePetStoreHistory } from '../../driver/formats/petstore-history.ts';
import { petStore } from '../../driver/petstore/model.ts';
import { campaign, type Failure, type Standing } from '../driving/campaign.ts';
import { failureText } from '../driving/failure-text.ts';
import { PetStoreClient } from '../driving/petstore-client.ts';
import { progressLine } from '../progress-line.ts';
import { traceLines } from '../driving/trace-lines.ts';
import { EntryText } from '../entry-text.ts';
import { LabFolder } from '../lab-folder.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import { UserError } from '../user-error.ts';

export interface DriverOptions {
  readonly clients: number;
  readonly tests?: number;
  readonly maxCommands: number;
  /** Seconds. */
  readonly duration?: number;
  /** Calls a second. */
  readonly rate?: number;
  readonly seed?: number;
  readonly path?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly log?: string;
  readonly history?: string;
  readonly json?: true;
}

const DEFAULT_TESTS = 100;
/** Where the page is when no lab runs in this folder. */
const PAGE = 'http://127.0.0.1:16680';
/** What the services have just written needs this long to be in the firehose's file. */
const LOG_DELAY_MS = 300;

/**
 * Tests a running PetStore against its model. The exit code is 1 if it is not
 * what it should be, and 3 if some tests could not be judged.
 */
export async function driver(host: string, port: number, options: DriverOptions): Promise<void> {
  requireUsable(options);
  await using cleanup = new AsyncDisposableStack();
  const client = new PetStoreClient(host, port, options.timeout * 1e3);
  cleanup.defer(() => client.close());
  const stopped = new AbortController();
  const stop = new StopRequest(() => {});
  cleanup.defer(() => stop.dispose());
  void stop.asked.then(() => stopped.abort());
  await client.probe();
  const progress = progressLine();
  const standing = await campaign(client, {
    ...options,
    // With a time and no number, the time alone counts.
    tests: options.tests ?? (options.duration === undefined ? DEFAULT_TESTS : 2 ** 31 - 1),
    signal: stopped.signal,
    onProgress: (now) => progress.show(progressText(now)),
  }).finally(() => progress.clear());

  const { failure, undecided, lastHistory, unavailable } = standing;
  if (options.history !== undefined) {
    writeFileSync(options.history, writePetStoreHistory(failure?.history ?? lastHistory));
  }
  if (unavailable > 0) {
    say(`Payment was unavailable ${unavailable} times: this part was tested less`);
  }
  if (options.json === true) print([JSON.stringify(summary(standing))]);
  else if (failure === undefined) print([passedText(standing, stop.reason)]);
  else print(await failedText(standing, failure, [host, `${port}`], options));
  process.exitCode = failure !== undefined ? 1 : undecided > 0 ? 3 : 0;
}

function requireUsable({ path, seed, log, history }: DriverOptions): void {
  if (path !== undefined && seed === undefined) {
    throw new UserError('--path needs the --seed it was printed with');
  }
  if (path !== undefined && !/^\d+(?::\d+)*$/.test(path)) {
    throw new UserError(
      `--path is numbers with colons between them, such as 12:0:3, not ${JSON.stringify(path)}`,
    );
  }
  try {
    if (log !== undefined) accessSync(log, constants.R_OK);
    if (history !== undefined) writeFileSync(history, '');
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

const progressText = ({ passed, shrinks, isShrinking }: Standing): string =>
  isShrinking ? `a test failed; made smaller ${shrinks} times` : `${passed} tests passed`;

/** `+++ OK, passed 100 tests.` */
function passedText({ passed, undecided }: Standing, stopReason: string | undefined): string {
  const tests = `passed ${passed} test${passed === 1 ? '' : 's'}`;
  if (undecided > 0) return `??? ${tests}, ${undecided} could not be judged in time.`;
  return `+++ OK, ${tests}${stopReason === undefined ? '' : ` before ${stopReason}`}.`;
}

async function failedText(
  { passed, shrinks, seed }: Standing,
  failure: Failure,
  where: readonly string[],
  { clients, maxCommands, log }: DriverOptions,
): Promise<string[]> {
  const page = new LabFolder(process.cwd()).running()?.urls['page'] ?? PAGE;
  const replay = [
    ...where,
    `--clients ${clients} --max-commands ${maxCommands} --seed ${seed} --path ${failure.path}`,
  ];
  return [
    `*** Failed! Not linearizable (after ${passed + 1} test${passed === 0 ? '' : 's'} and ${shrinks} shrinks):`,
    '',
    ...failureText(failure, (traceId) => `${page.replace(/\/$/, '')}/trace/${traceId}`),
    ...(log === undefined ? [] : await logText(log, failure)),
    '',
    `Again with: npm run driver -- ${replay.join(' ')}`,
  ];
}

async function logText(log: string, { history }: Failure): Promise<string[]> {
  await wait(LOG_DELAY_MS);
  const traceIds = new Set(history.flatMap(({ traceId }) => traceId ?? []));
  const { entries, more } = await traceLines(log, traceIds);
  const text = new EntryText('none');
  return [
    '',
    `Their lines in ${log}:`,
    ...entries.flatMap((entry) => text.render(entry) ?? []).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(entries.length === 0 ? ['  none: is that the firehose of this PetStore?'] : []),
  ];
}

/** For programs. */
function summary({ seed, passed, undecided, unavailable, shrinks, failure }: Standing): object {
  const counts = { seed, passed, undecided, unavailable };
  if (failure === undefined) return counts;
  const { program, history, finding, path } = failure;
  return {
    ...counts,
    failure: {
      path,
      shrinks,
      program,
      history,
      stuck: finding.stuck,
      allowed: allowedAnswers(petStore, finding),
      traceIds: history.flatMap(({ traceId }) => traceId ?? []),
    },
  };
}

const print = (lines: readonly string[]): void =>
  void process.stdout.write(`${lines.join('\n')}\n`);

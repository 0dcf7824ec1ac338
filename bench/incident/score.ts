import type { TruthRecord } from '../../runner/faults/truth.ts';
import { median, report } from '../measure.ts';
import { ask, type Answer } from './ask.ts';
import { oursHit, RIVALS, type Hit } from './rankings.ts';
import type { Recording } from './recording.ts';
import { isRight } from './right.ts';

/** Asked so long after a fault's end: the last spans and looks are in the log then. */
const SETTLED_SECONDS = 3;
/** Between two questions about the quiet time. */
const QUIET_STEP_SECONDS = 20;

interface Scored {
  readonly truth: TruthRecord;
  readonly answer: Answer;
  readonly seconds: number;
  readonly ours: Hit;
}

/** Asks about each fault and about the quiet time of a recording, and prints how right the answers are. */
export async function score(recording: Recording): Promise<void> {
  const scored: Scored[] = [];
  for (const truth of recording.truth) scored.push(await scoreFault(recording, truth));
  const kinds = [...new Set(scored.map(({ truth }) => truth.kind))];
  process.stdout.write('\n');
  for (const kind of kinds) {
    const ofKind = scored.filter(({ truth }) => truth.kind === kind);
    row(
      kind,
      ofKind.map(({ ours }) => ours),
    );
  }
  process.stdout.write('\n');
  row(
    'all faults',
    scored.map(({ ours }) => ours),
    'aim 95 %, 100 %',
  );
  for (const [name, rival] of Object.entries(RIVALS)) {
    const hits = scored.map(({ truth, answer }) => rival(answer, (event) => isRight(event, truth)));
    row(name, hits, 'over the same events');
  }
  const seconds = scored.map((each) => each.seconds);
  report(
    'time to answer, median and longest',
    `${median(seconds).toFixed(2)} s`,
    `${Math.max(...seconds).toFixed(2)} s`,
  );
  await scoreQuiet(recording);
}

async function scoreFault({ log }: Recording, truth: TruthRecord): Promise<Scored> {
  const start = Number(BigInt(truth.startTimeUnixNano) / 1_000_000n) / 1e3;
  const end = Number(BigInt(truth.endTimeUnixNano) / 1_000_000n) / 1e3;
  const { answer, seconds } = await ask(log, end + SETTLED_SECONDS);
  const ours = oursHit(answer, (event) => isRight(event, truth));
  const said = answer.rootCause?.event.summary ?? answer.candidates[0]?.event.summary ?? '';
  report(
    `${truth.kind} ${truth.size} on ${truth.node}, ${(end - start).toFixed(0)} s`,
    `${ours.top1 === 1 ? 'right' : ours.top3 === 1 ? 'top 3' : 'wrong'}`,
    `${answer.verdict}: ${said}`,
  );
  return { truth, answer, seconds, ours };
}

/** An alarm is an incident of the quiet time; one that is answered again later is the same. */
async function scoreQuiet({ log, quietFrom, quietTo }: Recording): Promise<void> {
  const alarms = new Map<string, Answer>();
  let questions = 0;
  for (let at = quietFrom + QUIET_STEP_SECONDS; at <= quietTo; at += QUIET_STEP_SECONDS) {
    questions++;
    const { answer } = await ask(log, at);
    // Before that there were faults.
    const isOfNow = Number(answer.from) / 1e9 >= quietFrom;
    if (answer.verdict !== 'no incident' && isOfNow) alarms.set(answer.id, answer);
  }
  const named = [...alarms.values()].filter(({ rootCause }) => rootCause !== null);
  report(
    `false alarms in ${((quietTo - quietFrom) / 60).toFixed(1)} quiet minutes`,
    `${alarms.size}`,
    `${named.length} with a cause; ${questions} questions; aim 0`,
  );
  for (const { rootCause, from, verdict } of alarms.values()) {
    process.stdout.write(`  ${from} ${verdict} ${rootCause?.event.summary ?? ''}\n`);
  }
}

function row(what: string, hits: readonly Hit[], beside = ''): void {
  const share = (of: (hit: Hit) => number): string =>
    `${Math.round((100 * hits.reduce((sum, hit) => sum + of(hit), 0)) / hits.length)} %`;
  const counted = `n = ${hits.length}`;
  report(
    `${what}: top-1`,
    share((hit) => hit.top1),
    `top-3 ${share((hit) => hit.top3)}, ${[counted, beside].filter(Boolean).join(', ')}`,
  );
}

import type { Chance } from './chance.ts';
import { canBringAbout } from './event-kinds.ts';
import type { Incident } from './incidents.ts';
import type { RankedEvent } from './ranking.ts';
import type { Scored } from './relations.ts';
import { INSTANT_MICROS, NATS, ONSET_SLACK_MICROS, sumOf, type Evidence } from './weights.ts';

/** An event with all that speaks for it. */
export interface Judged extends RankedEvent {
  /** What it shares with where the trouble starts, and its kind. */
  readonly direct: number;
  readonly fit: number;
  /** It follows trouble by its very kind. */
  readonly isEcho: boolean;
}

/** Gives each cause what its strongest effect has for it, as far as it fits as well as that does; so along whole chains. */
export function withChains(
  scored: readonly Scored[],
  chance: Chance,
  incident: Incident,
): Judged[] {
  const effects = new Map(
    scored.map((one) => [one, scored.filter((other) => explains(one, other, incident))]),
  );
  let totals: ReadonlyMap<Scored, Total> = new Map(
    scored.map((one) => [one, { score: one.score, taken: 0, from: one, root: one }]),
  );
  for (let length = 1; length <= MAX_CHAIN; length++) {
    const before = totals;
    totals = new Map(
      scored.map((one) => [one, strongestTotal(one, effects.get(one) ?? [], before)]),
    );
  }
  return scored.map((one) => {
    const { taken, from, root } = totals.get(one) as Total;
    const evidence: Evidence[] = [
      {
        reason: `its time fits that of the symptoms by ${Math.round(one.fit * 100)} %`,
        nats: NATS.time * one.fit,
      },
      ...one.evidence,
      ...(one.lateNats < 0
        ? [{ reason: 'it began after the trouble did', nats: one.lateNats }]
        : []),
      ...(taken > 0 ? [{ reason: `it explains: ${from.event.summary}`, nats: taken }] : []),
    ];
    const chances = [one, root].map(({ event }) => chance.get(event) ?? { p: 1, corrected: 1 });
    return {
      event: one.event,
      score: sumOf(evidence),
      lift: one.lift,
      pValue: Math.min(...chances.map(({ p }) => p)),
      correctedPValue: Math.min(...chances.map(({ corrected }) => corrected)),
      inTimeOrder: one.lateNats === 0,
      shares: one.shares,
      evidence,
      explains: (effects.get(one) ?? []).map(({ event }) => event.id),
      direct: Math.max(one.fixed, root.fixed),
      fit: one.fit,
      isEcho: one.family.role === 'echo',
    };
  });
}

/** What an event has with what it takes over from an effect, and from the end of that chain. */
interface Total {
  readonly score: number;
  readonly taken: number;
  readonly from: Scored;
  readonly root: Scored;
}

/** Causes of causes of causes. */
const MAX_CHAIN = 3;

/** What speaks against the cause alone (its size, its habits, its lateness) still does; that the effect is only a state does not. */
function strongestTotal(
  cause: Scored,
  effects: readonly Scored[],
  totals: ReadonlyMap<Scored, Total>,
): Total {
  let best: Total = { score: cause.score, taken: 0, from: cause, root: cause };
  const unblamed = cause.score - cause.relations - cause.lateNats;
  for (const effect of effects) {
    const { score, root } = totals.get(effect) as Total;
    const share = Math.min(1, cause.fit / Math.max(effect.fit, 0.01));
    if (effect.fixed <= 0) continue;
    const role = effect.family.role === 'state' ? NATS.state : 0;
    const taken = (score - role - effect.relations - unblamed) * share + NATS.chain;
    if (taken > best.taken) best = { score: cause.score + taken, taken, from: effect, root };
  }
  return best;
}

/** It can bring the other about, did not begin after it, was there as long, and in the same place. */
function explains(cause: Scored, effect: Scored, incident: Incident): boolean {
  if (!canBringAbout(cause.family, effect.family) || cause.fit < 0.25) return false;
  const begins = cause.time.fromMicros <= effect.time.fromMicros + ONSET_SLACK_MICROS;
  const lasts =
    cause.family.lasts === true ||
    cause.time.toMicros - cause.time.fromMicros <= INSTANT_MICROS ||
    cause.time.toMicros + ONSET_SLACK_MICROS >= incident.fromMicros;
  return begins && lasts && isNear(cause, effect);
}

/** On the same host where that matters, else the same node, process, container or port; what is not known is not different. */
function isNear({ event: cause, family }: Scored, { event: effect }: Scored): boolean {
  const [a, b] = [cause.about, effect.about];
  const isSameHost = a.host === undefined || b.host === undefined || a.host === b.host;
  if (family.isHostWide === true) return isSameHost;
  if (a.node !== undefined && b.node !== undefined) return a.node === b.node;
  if (a.pid !== undefined && b.pid !== undefined) return isSameHost && a.pid === b.pid;
  if (a.container !== undefined && b.container !== undefined) return a.container === b.container;
  if (a.port !== undefined && b.port !== undefined) return isSameHost && a.port === b.port;
  return isSameHost && a.node === undefined && b.node === undefined && a.pid === undefined;
}

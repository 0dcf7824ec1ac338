import type { InTime, Judge, Prepared } from './judge.ts';
import { NATS, sumOf, type Evidence } from './weights.ts';

/** An event with all that speaks for it, but for what it explains. */
export interface Scored extends Prepared, InTime {
  /** The sum of what only the other events tell of it. */
  readonly relations: number;
  readonly score: number;
}

/** Adds what only the others tell of an event: its size beside them, and whether it is a habit; then scores. */
export function withRelations(
  tied: readonly Prepared[],
  others: readonly Prepared[],
  judge: Judge,
): Scored[] {
  const timed = tied.map((prepared) => ({ ...prepared, ...judge.timeEvidence(prepared, 0) }));
  const families = Map.groupBy(timed, ({ family }) => family.name);
  const habits = Map.groupBy(others, habitOf);
  return timed.map((one) => {
    const { event, family, fit, lateNats } = one;
    // What is larger and fits worse says nothing against it.
    const rivals = (families.get(family.name) ?? []).filter((rival) => rival.fit >= fit * 0.8);
    const most = rivals.reduce((largest, rival) => Math.max(largest, rival.event.magnitude), 0);
    const smaller = Math.min(2, Math.log((1 + most) / (1 + event.magnitude)));
    const same = (habits.get(habitOf(one)) ?? []).filter(
      (other) => other.event.magnitude >= event.magnitude / 2,
    ).length;
    const relations: Evidence[] = [];
    if (smaller > 0.1) {
      const reason = `others of ${family.name} were larger`;
      relations.push({ reason, nats: NATS.smaller * smaller });
    }
    if (same > 0) {
      const reason = `the same happened ${same} more times without this incident`;
      relations.push({ reason, nats: Math.max(-2, NATS.habit * Math.log1p(same)) });
    }
    return {
      ...one,
      evidence: [...one.evidence, ...relations],
      relations: sumOf(relations),
      score: one.fixed + sumOf(relations) + NATS.time * fit + lateNats,
    };
  });
}

/** Events of one habit: the same kind, to the same. Names of programs are no names of processes. */
function habitOf({ event: { kind, about } }: Prepared): string {
  const { node, container, pid, port, device, host } = about;
  return [kind, node ?? container ?? pid ?? host ?? '', port ?? '', device ?? ''].join('\u0000');
}

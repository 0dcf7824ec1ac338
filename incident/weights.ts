/** A reason for or against an event as the cause, in nats: log odds, e of them being about 2.7 to 1. */
export interface Evidence {
  readonly reason: string;
  readonly nats: number;
}

export const sumOf = (evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { nats }) => sum + nats, 0);

/** Weights, in nats (e of them are odds of about 2.7 to 1). They are stated, not learned. */
export const NATS = {
  /** Of a perfect fit in time. */
  time: 6,
  instance: 3.5,
  pid: 3.5,
  node: 3,
  container: 3,
  port: 3,
  peer: 2.5,
  host: 0.5,
  /** About a process by its pid: more precise than about the host. */
  precise: 0.7,
  /** About somebody else whose kind of event stays with whom it happens to. */
  elsewhere: -3,
  /** All of the symptoms are of a class that the kind brings about; none is. */
  causes: 1.5,
  causesNot: -2,
  /** By what role its family has. */
  deed: 1,
  state: -0.7,
  echo: -4,
  /** A second after the trouble began, beyond what cannot be told. */
  late: -1,
  /** As large as the largest of its family here, and e times smaller; at most two. */
  smaller: -0.7,
  /** For each other time that the same happened without an incident, its logarithm. */
  habit: -0.7,
  /** An event explains another: what that had for it, less this. */
  chain: 0.3,
} as const;

/** Sampling tells of an onset late by this much, at most. */
export const ONSET_SLACK_MICROS = 1_500_000;
/** What is no longer than this was an instant, as far as looks once a second can tell. */
export const INSTANT_MICROS = 2_000_000;

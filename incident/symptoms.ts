import type { Burst } from './bursts.ts';
import type { Incident, Looked } from './incidents.ts';
import { isWithin } from './stretch.ts';
import { MARK, SPEEDS } from './marks.ts';
import type { Observation } from './observation.ts';
import { excessOf, slowThresholds, type BurstTest } from './slow-thresholds.ts';
import type { SeenTrace } from './trace-window.ts';

/** A trace with something wrong that is wrong in the incident more often than usual. */
export interface ConcernedTrace {
  readonly traceId: string;
  /** Unix microseconds: when the first span that has it began. */
  readonly atMicros: number;
  /** The spans that have it. */
  readonly symptoms: readonly Symptom[];
  /** Those of them where the trouble starts: callers are not blamed for callees. */
  readonly origins: readonly Symptom[];
  readonly root: Observation['root'];
  readonly startMicros: number;
  readonly endMicros: number;
}

export interface Symptom {
  readonly observation: Observation;
  readonly kind: 'failed' | 'slow' | 'missing-end';
  /** How much longer than usual it took by itself, in microseconds; 0 for what is not slow. */
  readonly excessMicros: number;
}

/** What an incident's symptoms are, in its time and in any other. */
export interface Symptoms {
  /** The incident with the time of these symptoms. */
  readonly incident: Incident;
  /** Of the incident. */
  readonly concerned: readonly ConcernedTrace[];
  /**
   * Every trace in which something of the kind could be, at any time, sorted by
   * time: whether it is. The incident's times against all others are read here.
   */
  readonly chances: readonly Chance[];
}

export interface Chance {
  readonly atMicros: number;
  readonly isHit: boolean;
}

/** Requests that did not come are counted at most so often a second. */
const MAX_MISSED_PER_SECOND = 20;

/**
 * The spans that show an incident: those marked as its bursts are, in the
 * operations its bursts are of; of slow ones those that are slow enough for this
 * incident (`slowThresholds`). Its time is then that of these.
 */
export function symptomsOf(looked: Looked, incident: Incident): Symptoms {
  const { observations, marks } = looked;
  const isSymptom = symptomTest(looked, incident);
  const found = new Map<string, Symptom[]>();
  const keys = new Set<string>();
  for (let at = 0; at < observations.length; at++) {
    const observation = observations[at] as Observation;
    const { key, span } = observation;
    if (marks[at] === 0 || !isWithin(span.startMicros, incident)) continue;
    const symptom = isSymptom(observation, marks[at] as number);
    if (symptom === undefined) continue;
    keys.add(key);
    const symptoms = found.get(span.traceId);
    if (symptoms === undefined) found.set(span.traceId, [symptom]);
    else symptoms.push(symptom);
  }
  const concerned = looked.traces
    .flatMap((trace) => concernedTrace(trace, found.get(trace.traceId)))
    .sort((a, b) => a.atMicros - b.atMicros);
  return {
    incident: narrowed(incident, concerned),
    concerned,
    chances: chancesOf(looked, incident, keys, isSymptom),
  };
}

function concernedTrace(
  { traceId, observations, startMicros, endMicros }: SeenTrace,
  symptoms: readonly Symptom[] | undefined,
): ConcernedTrace[] {
  const [first] = symptoms ?? [];
  if (symptoms === undefined || first === undefined) return [];
  return [
    {
      traceId,
      atMicros: Math.min(...symptoms.map(({ observation: { span } }) => span.startMicros)),
      symptoms,
      origins: originsOf(symptoms, observations),
      root: first.observation.root,
      startMicros,
      endMicros,
    },
  ];
}

/** From its first symptom to its last. */
function narrowed(incident: Incident, concerned: readonly ConcernedTrace[]): Incident {
  const { gaps } = incident;
  const times = [
    ...concerned.map(({ atMicros }) => atMicros),
    ...gaps.flatMap(({ fromMicros, toMicros }) => [fromMicros, toMicros]),
  ];
  if (times.length === 0) return incident;
  const [fromMicros, toMicros] = times.reduce(
    ([first, last], time) => [Math.min(first, time), Math.max(last, time)],
    [Infinity, -Infinity],
  );
  return { ...incident, fromMicros, toMicros };
}

/** Of each trace with one of these operations, and each request that was due in a gap. */
function chancesOf(
  { observations, marks }: Looked,
  { gaps }: Incident,
  keys: ReadonlySet<string>,
  isSymptom: SymptomTest,
): Chance[] {
  const silent = new Set(gaps.map(({ service }) => service));
  const chances = new Map<string, { atMicros: number; isHit: boolean }>();
  for (let at = 0; at < observations.length; at++) {
    const observation = observations[at] as Observation;
    const { key, span } = observation;
    if (!keys.has(key) && !silent.has(span.service)) continue;
    const isHit = marks[at] !== 0 && isSymptom(observation, marks[at] as number) !== undefined;
    const chance = chances.get(span.traceId);
    if (chance === undefined) chances.set(span.traceId, { atMicros: span.startMicros, isHit });
    else if (isHit && !chance.isHit) {
      chance.atMicros = span.startMicros;
      chance.isHit = true;
    }
  }
  return [...chances.values(), ...gaps.flatMap((gap) => missedRequests(gap))].sort(
    (a, b) => a.atMicros - b.atMicros,
  );
}

/** Where the trouble of a trace starts: its deepest failures, else the spans slow by themselves. */
function originsOf(
  symptoms: readonly Symptom[],
  observations: readonly Observation[],
): readonly Symptom[] {
  const troubled = observations
    .filter(({ isFailureOrigin }) => isFailureOrigin)
    .map((observation): Symptom => failureOf(observation));
  const isFailing = symptoms.some(({ kind }) => kind !== 'slow');
  return isFailing && troubled.length > 0
    ? troubled
    : symptoms.filter(({ kind }) => kind === 'slow' || !isFailing);
}

const failureOf = (observation: Observation): Symptom => ({
  observation,
  kind: observation.span.failure === undefined ? 'missing-end' : 'failed',
  excessMicros: 0,
});

type SymptomTest = (observation: Observation, mark: number) => Symptom | undefined;

function symptomTest(looked: Looked, incident: Incident): SymptomTest {
  const has = burstTest(incident);
  const thresholds = slowThresholds(looked, incident, has);
  return (observation, mark) => {
    if ((mark & MARK.missingEnd) !== 0) {
      // One that died with its process is one of those that did.
      return has('missingEnd', observation) ? failureOf(observation) : undefined;
    }
    const failed = `failed ${observation.span.failure?.type}`;
    if ((mark & MARK.failed) !== 0 && has(failed, observation)) return failureOf(observation);
    const least = SPEEDS.filter(
      (speed) => (mark & MARK[speed]) !== 0 && has(speed, observation),
    ).map((speed) => thresholds(observation.key, speed));
    if (observation.selfMicros < Math.min(Infinity, ...least)) return undefined;
    return { observation, kind: 'slow', excessMicros: excessOf(looked, observation) };
  };
}

/** Whether a burst of the incident is of this: a mark's name, for failures with their type, and the observation's operation. */
function burstTest({ bursts }: Incident): BurstTest {
  const scopes = new Map<string, Set<string>>();
  for (const { mark, type, scope, of } of bursts) {
    const name = mark === 'failed' ? `failed ${type}` : mark;
    const known = scopes.get(name) ?? new Set();
    scopes.set(name, known.add(scopeName(scope, of)));
  }
  return (name, { key, span }) => {
    const of = scopes.get(name);
    return (
      of !== undefined &&
      (of.has('all') || of.has(`service ${span.service}`) || of.has(`operation ${key}`))
    );
  };
}

const scopeName = (scope: Burst['scope'], of: string): string =>
  scope === 'all' ? 'all' : `${scope} ${of}`;

/** As many as were due, evenly. */
function missedRequests({ fromMicros, toMicros, perSecond }: Incident['gaps'][number]): Chance[] {
  const step = 1e6 / Math.min(perSecond, MAX_MISSED_PER_SECOND);
  const count = Math.min(10_000, Math.floor((toMicros - fromMicros) / step));
  return Array.from({ length: count }, (_, index) => ({
    atMicros: fromMicros + (index + 0.5) * step,
    isHit: true,
  }));
}

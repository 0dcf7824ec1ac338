import type { SystemSubject } from '../osquery/events/system-event.ts';

/**
 * What is said of one incident: the JSON of `onelog incident --format json`, and
 * what the page shows. Everything in it is JSON: times are decimal strings of
 * Unix nanoseconds, as in spans. Each claim names the spans and log lines it
 * rests on. Lists are bounded; beside each stands how many there are in all.
 */
export interface IncidentReport {
  /** The same for the same log; of the first symptom, or `quiet`. */
  readonly id: string;
  /**
   * - `cause found`: symptoms beyond the usual, and an event that beats chance
   * - `no cause found`: symptoms beyond the usual, and no event that does
   * - `no incident`: nothing beyond the usual
   */
  readonly verdict: 'cause found' | 'no cause found' | 'no incident';
  /** From the first symptom to the last; all that was looked at where there is no incident. */
  readonly from: string;
  readonly to: string;
  /** Whether symptoms still come at the end of what was looked at. */
  readonly ongoing: boolean;
  /** How far an event may be from a trace and still be tied to it. */
  readonly windowSeconds: number;
  /** One sentence for people: what is the matter, and why. */
  readonly summary: string;
  /** The first candidate, if it beats chance. */
  readonly rootCause: Candidate | null;
  /** Events tied to the incident, the likeliest cause first. */
  readonly candidates: readonly Candidate[];
  /** What fails or is slow: where the trouble starts before what suffers from it, that with most spans first. */
  readonly failures: readonly Failure[];
  readonly impact: Impact;
  /** Events whose time, `windowSeconds` wider on both sides, meets that of failing or slow traces; by time. */
  readonly ties: readonly Tie[];
  /** Other incidents in what was looked at, the newest first. */
  readonly others: readonly IncidentSummary[];
  readonly counts: IncidentCounts;
  /** What limits this answer, in sentences: a short range, what fell out of bounds. */
  readonly notes: readonly string[];
}

/** A system event as it stands in a report. */
export interface ReportedEvent {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly about: SystemSubject;
  readonly summary: string;
  readonly magnitude: number;
  readonly lines: readonly ReportedLine[];
}

/** A line of the firehose, or of a raw file. */
export type ReportedLine =
  | { readonly instance: string; readonly seq: number }
  | { readonly file: string; readonly line: number };

/** An event as a possible cause. */
export interface Candidate {
  /** From 1. */
  readonly rank: number;
  readonly event: ReportedEvent;
  /** Log odds against chance, in nats: the sum of `evidence`. Candidates are ordered by it. */
  readonly score: number;
  /** Symptoms within the event's time over those expected at any other time; null for infinitely many. */
  readonly lift: number | null;
  /** The share of shifted times at which the event would fit as well. */
  readonly pValue: number;
  /** Corrected for the number of events tried; at most 1. */
  readonly correctedPValue: number;
  /** Whether the trouble comes with or after the event's beginning, as far as can be told. */
  readonly inTimeOrder: boolean;
  /** What it has in common with the spans where the trouble starts: `pid`, `node`, `port`… */
  readonly shares: readonly string[];
  /** Why it stands where it stands: nats by reason, in sentences' order. */
  readonly evidence: readonly { readonly reason: string; readonly nats: number }[];
  /** Of events that are effects of this one: their ids. */
  readonly explains: readonly string[];
  /** Concerned traces tied to it: their number, and the first few. */
  readonly traceCount: number;
  readonly traces: readonly TraceRef[];
}

/** A trace; links are there while a lab that has it runs. */
export interface TraceRef {
  readonly traceId: string;
  readonly links?: readonly string[];
}

/** Spans of one operation that have the same thing wrong with them. */
export interface Failure {
  /** `no-request`: a service that is asked regularly was not; `spans` and `affected` are 0 then. */
  readonly kind: 'failed' | 'slow' | 'missing-end' | 'no-request';
  readonly service: string;
  readonly operation: string;
  /** The exception's or error's type, such as `ECONNREFUSED`; of a slow span `slow`. */
  readonly type: string;
  /** Its message, of the first that had one. */
  readonly message?: string;
  /** Where it was thrown: the first frame of its stack that is known. */
  readonly place?: string;
  /** Who was called where the trouble starts, if that did not answer: a service or `address:port`. */
  readonly callee?: string;
  /** Whether the trouble starts here: no span below explains it. */
  readonly isOrigin: boolean;
  /** Spans of the operation in the incident's time, and those of them that have it. */
  readonly spans: number;
  readonly affected: number;
  /** The share of the operation's spans that had it before, 0 to 1; null where there is too little past. */
  readonly usualShare: number | null;
  /** Of slow ones, in milliseconds: the median before and now. */
  readonly usualMillis?: number;
  readonly nowMillis?: number;
  readonly from: string;
  readonly to: string;
  /** The first few of the affected. */
  readonly examples: readonly FailureExample[];
}

export interface FailureExample {
  readonly traceId: string;
  readonly spanId: string;
  readonly links?: readonly string[];
  /** The lines that tell of it, as far as they are known. */
  readonly lines: readonly ReportedLine[];
}

export interface Impact {
  readonly from: string;
  readonly to: string;
  /** Concerned traces, of all in the time. */
  readonly traceCount: number;
  readonly tracesInTime: number;
  readonly traces: readonly TraceRef[];
  /** Users who are named in concerned traces. */
  readonly userCount: number;
  readonly users: readonly string[];
  /** Operations at the roots of concerned traces, that with most first. */
  readonly operations: readonly {
    readonly service: string;
    readonly operation: string;
    readonly traces: number;
  }[];
}

/** An event and the failing or slow traces whose time it meets. */
export interface Tie {
  readonly event: ReportedEvent;
  /** How many in all; `traces` has the first few. */
  readonly traceCount: number;
  readonly traces: readonly TraceRef[];
  /** What event and those traces share. */
  readonly shares: readonly string[];
}

/** Enough to choose an incident by. */
export interface IncidentSummary {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly traceCount: number;
  readonly summary: string;
}

/** What the answer was made of. */
export interface IncidentCounts {
  readonly traces: number;
  readonly spans: number;
  readonly events: number;
  /** Events tied to concerned traces; `ties` has the first of them. */
  readonly tiedEvents: number;
  /** What fell out because there was too much of it, the oldest first. */
  readonly droppedTraces: number;
  readonly droppedEvents: number;
  /** What was looked at. */
  readonly from: string;
  readonly to: string;
}

/** Where incidents of a running lab, or of a stored log, can be had; the newest first. */
export interface IncidentProvider {
  reports(): readonly IncidentReport[];
}

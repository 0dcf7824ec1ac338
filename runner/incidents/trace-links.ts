import type { Failure, IncidentReport, TraceRef } from '../../incident/report.ts';

/** Adds to each trace named in a report where it can be looked at: the page of the running lab, and Jaeger. */
export function withLinks(
  report: IncidentReport,
  urls: Readonly<Record<string, string>>,
): IncidentReport {
  const bases = ['page', 'jaeger'].flatMap((name) => urls[name] ?? []);
  if (bases.length === 0) return report;
  const linked = <Ref extends TraceRef>(ref: Ref): Ref => ({
    ...ref,
    links: bases.map((base) => `${base.replace(/\/$/, '')}/trace/${ref.traceId}`),
  });
  const { candidates, rootCause, failures, impact, ties } = report;
  const ofCandidates = candidates.map((one) => ({ ...one, traces: one.traces.map(linked) }));
  return {
    ...report,
    candidates: ofCandidates,
    rootCause: rootCause === null ? null : (ofCandidates[0] ?? null),
    failures: failures.map((failure): Failure => ({
      ...failure,
      examples: failure.examples.map(linked),
    })),
    impact: { ...impact, traces: impact.traces.map(linked) },
    ties: ties.map((tie) => ({ ...tie, traces: tie.traces.map(linked) })),
  };
}

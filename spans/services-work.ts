import type { Span } from './span.ts';

/** The service of spans that say what happened to a trace, such as an incident: nobody waits for them. */
export const SYSTEM = 'system';

/** The spans of what services did, without what was said of it later; all where there is nothing else. */
export function servicesWork(spans: readonly Span[]): readonly Span[] {
  const work = spans.filter(({ resource }) => resource['service.name'] !== SYSTEM);
  return work.length === 0 ? spans : work;
}

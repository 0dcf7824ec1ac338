import type { Span } from './span.ts';

/** The service a span belongs to, by the words Jaeger has for a resource that names none. */
export function serviceName(span: Span): string {
  const name = span.resource['service.name'];
  if (name === undefined) return 'missing-service-name';
  if (typeof name !== 'string') return 'service-name-wrong-type';
  return name === '' ? 'empty-service-name' : name;
}

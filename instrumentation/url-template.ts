import { context, createContextKey } from '@opentelemetry/api';

const TEMPLATE = createContextKey('one_log url.template');

/** Runs `call`, whose HTTP requests are of the family `template`: `/payments/{id}` rather than one path. */
export function withUrlTemplate<T>(template: string, call: () => T): T {
  return context.with(context.active().setValue(TEMPLATE, template), call);
}

/** The template of the request that is being made, where the caller gave one. */
export function urlTemplate(): string | undefined {
  const template = context.active().getValue(TEMPLATE);
  return typeof template === 'string' ? template : undefined;
}

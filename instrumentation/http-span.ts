/**
 * What the HTTP instrumentations cannot know: routes (the framework's), URL
 * templates (the caller's), and what must not be told.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { maskedText } from './mask.ts';
import { urlTemplate } from './url-template.ts';

/** Attributes of a request as it comes in, card numbers masked. */
export function requestAttributes({ url = '/', headers }: IncomingMessage): Attributes {
  const [path = '/', query] = maskedText(url).split('?', 2);
  const agent = headers['user-agent'];
  return {
    'url.path': path,
    ...(query && { 'url.query': query }),
    ...(agent !== undefined && { 'user_agent.original': maskedText(agent) }),
  };
}

/** Names a server span `{method} {route}` as it ends; a client that has gone away is an error. */
export function describeAnswer(span: Span, request: IncomingMessage, response: ServerResponse) {
  const route = routeOf(request);
  if (route !== undefined) {
    span.setAttribute('http.route', route);
    span.updateName(`${request.method} ${route}`);
  }
  if (!response.writableFinished) {
    span.setAttribute('error.type', 'aborted');
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: 'the connection closed before the answer was sent',
    });
  }
}

/** Attributes of a request as it goes out. */
export function templateAttributes(): Attributes {
  const template = urlTemplate();
  return template === undefined ? {} : { 'url.template': template };
}

/** Names client spans `{method} {template}` before anyone hears of them. Goes first among processors. */
export const nameByTemplate: SpanProcessor = {
  onStart(span) {
    const template = span.attributes['url.template'];
    if (template !== undefined) {
      span.updateName(`${span.attributes['http.request.method']} ${template}`);
    }
  },
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Express leaves the matched route on the request. */
function routeOf(request: IncomingMessage & { baseUrl?: string; route?: { path?: unknown } }) {
  const path = request.route?.path;
  return typeof path === 'string' ? `${request.baseUrl ?? ''}${path}` : undefined;
}

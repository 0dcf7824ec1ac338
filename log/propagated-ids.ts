/** Ids as a line has them, in whatever form. */
export interface WrittenIds {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  /** ECS names the outermost span of a service so; it is the span where no other is named. */
  transactionId?: string;
  /** A parent's id by a name that other things have as well. */
  parentId?: string;
  /** A header that carries several ids. */
  carrier?: string;
  /** Set where digits alone are decimal. */
  decimal?: boolean;
}

/**
 * The ids in a header that a process passes on to the next:
 *
 * - W3C https://www.w3.org/TR/trace-context/ `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
 * - B3 https://github.com/openzipkin/b3-propagation `80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90`
 * - Jaeger https://www.jaegertracing.io/sdk-migration/ `4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1`
 * - X-Ray https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`
 *
 * Empty for anything else.
 */
export function propagatedIds(header: string): WrittenIds {
  for (const form of FORMS) {
    const found = form.exec(header)?.groups;
    if (found)
      return Object.fromEntries(Object.entries(found).filter(([, id]) => id !== undefined));
  }
  return {};
}

const FORMS = [
  /^[0-9a-f]{2}-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-[0-9a-f]{2}/,
  /^(?<traceId>[0-9a-f]{32}|[0-9a-f]{16})-(?<spanId>[0-9a-f]{16})(?:-[01d](?:-(?<parentSpanId>[0-9a-f]{16}))?)?$/,
  /^(?<traceId>[0-9a-f]{1,32}):(?<spanId>[0-9a-f]{1,16}):(?<parentSpanId>[0-9a-f]{1,16}):[0-9a-f]{1,2}$/,
  /^(?:Self=[^;]*;)?Root=(?<traceId>1-[0-9a-f]{8}-[0-9a-f]{24})(?:;Parent=(?<spanId>[0-9a-f]{16}))?/,
];

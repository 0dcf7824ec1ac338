import type { SpanKind } from '../span.ts';

/**
 * What logs without trace ids tell of a span: who did what, and when. Times are
 * Unix seconds.
 */
export interface Observed {
  readonly service: string;
  /** The process: within one, the order of lines is exact. */
  readonly instance: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Positions of its first and last line in its instance, where both its ends are lines. */
  readonly order?: { readonly first: number; readonly last: number };
  readonly failed: boolean;
  /** Values that it shares with spans it belongs to: a request id, a user, an amount. */
  readonly joins: readonly Join[];
}

export interface Join {
  readonly name: string;
  readonly value: string;
}

/** What spans are alike by: the service and what it did. */
export function operationOf({ service, name }: Observed): string {
  return `${service}\0${name}`;
}

/** Whether the two have values of one name, but none in common. */
export function contradicts(a: readonly Join[], b: readonly Join[]): boolean {
  return a.some(({ name }) => {
    const theirs = b.filter((join) => join.name === name);
    const isShared = theirs.some(({ value }) =>
      a.some((join) => join.name === name && join.value === value),
    );
    return theirs.length > 0 && !isShared;
  });
}

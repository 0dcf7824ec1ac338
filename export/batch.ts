import { isJsonObject, type JsonObject } from '../log/entry.ts';
import type { Span } from '../spans/span.ts';

/** Spans that go, wait and come again together: a retry has the same bytes. */
export interface Batch {
  /** Batches are numbered as they are opened, and sent in that order. */
  readonly sequence: number;
  readonly spans: Span[];
  /** The spans as NDJSON; empty for a batch that was read from the spool. */
  readonly lines: string[];
  /** The length of the lines. */
  bytes: number;
}

export function emptyBatch(sequence: number): Batch {
  return { sequence, spans: [], lines: [], bytes: 0 };
}

/** A span as a line of NDJSON; undefined for one that has none, as it is nested too deep. */
export function spanLine(span: Span): string | undefined {
  try {
    return JSON.stringify(span);
  } catch {
    return undefined;
  }
}

/** The spans of lines that `spanLine` wrote; what is none is left out. */
export function spansOf(lines: readonly string[]): Span[] {
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isSpan(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** Enough to tell a span from what else a person may have put into a file of ours. */
function isSpan(value: unknown): value is JsonObject & Span {
  return (
    isJsonObject(value) && typeof value['traceId'] === 'string' && isJsonObject(value['resource'])
  );
}

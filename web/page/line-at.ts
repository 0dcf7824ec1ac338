import { useEffect, useState } from 'preact/hooks';
import type { LogPlace } from '../logs-api.ts';
import { ask } from './ask.ts';

const AGAIN_MILLIS = 500;

/**
 * The number of the line that a query names (`instance=…&seq=…`, or `at=…`);
 * null where there is none. Waits for a log that is still being read.
 */
export async function lineAt(query: string, signal: AbortSignal): Promise<number | null> {
  for (;;) {
    const asked = await ask<LogPlace>(`/api/one-log/logs/place?${query}`, signal);
    if (signal.aborted) return null;
    if ('data' in asked && (asked.data.line !== null || asked.data.readShare >= 0.999)) {
      return asked.data.line;
    }
    await new Promise((resolve) => window.setTimeout(resolve, AGAIN_MILLIS));
  }
}

/** The same for a view; undefined as long as it is not known, or where nothing is asked. */
export function useLineAt(query: string): number | null | undefined {
  const [found, setFound] = useState<{ query: string; line: number | null }>();
  useEffect(() => {
    if (query === '') return undefined;
    const abort = new AbortController();
    void lineAt(query, abort.signal).then((line) => {
      if (!abort.signal.aborted) setFound({ query, line });
    });
    return () => abort.abort();
  }, [query]);
  return found?.query === query ? found.line : undefined;
}

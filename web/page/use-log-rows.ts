import { useEffect, useState } from 'preact/hooks';
import { AllLines } from './all-lines.ts';
import { FoundLines } from './found-lines.ts';
import { lineAt } from './line-at.ts';
import type { LogRows } from './log-rows.ts';

const REFRESH_MILLIS = 1_000;

/**
 * The rows of the list for some filters (`''` for none), kept fresh. `jump` is
 * the query of a place to begin at, for which a list that searches has to know
 * the line; it counts when the filters change.
 */
export function useLogRows(query: string, jump: string): LogRows | undefined {
  const [, redraw] = useState(0);
  const [rows, setRows] = useState<LogRows>();
  useEffect(() => {
    let open: LogRows | undefined;
    let timer = 0;
    const abort = new AbortController();
    const change = (): void => redraw((count) => count + 1);
    const start = async (): Promise<void> => {
      const around =
        query === '' || jump === '' ? undefined : ((await lineAt(jump, abort.signal)) ?? undefined);
      if (abort.signal.aborted) return;
      open = query === '' ? new AllLines(change) : new FoundLines(query, around, change);
      setRows(open);
      const refresh = async (): Promise<void> => {
        if (!document.hidden) await open?.refresh();
        if (!abort.signal.aborted) timer = window.setTimeout(() => void refresh(), REFRESH_MILLIS);
      };
      await refresh();
    };
    void start();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
      open?.close();
      setRows(undefined);
    };
    // The place counts at the beginning only: choosing a line must not make another list.
  }, [query]);
  return rows;
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PlacedLine } from '../../export/trace-reader.ts';
import type { TraceLines } from '../trace-api.ts';

/** The lines of a trace as far as they are here; the rest comes when it is wanted. */
interface HeldLines {
  /** Undefined while it is on its way. */
  readonly at: (place: number) => PlacedLine | undefined;
  /** Tells which lines are in sight, from the first up to and without the last. */
  readonly want: (first: number, last: number) => void;
  /** Where the line sought is; -1 while that is not known. */
  readonly soughtPlace: number;
}

type Pages = ReadonlyMap<number, readonly PlacedLine[]>;

const PAGE_LINES = 200;
/** What was looked at longest ago is forgotten. */
const MOST_PAGES = 100;
/** Nothing is asked for while the list flies by. */
const REST_MILLIS = 60;

/** Fetches the lines of a trace as they are looked at, and the one whose key is sought (`''` for none). */
export function useTraceLines(traceId: string, lineCount: number, sought: string): HeldLines {
  const address = `/api/one-log/traces/${traceId}/lines`;
  const [pages, setPages] = useState<Pages>(new Map());
  const [wanted, setWanted] = useState<readonly [first: number, last: number]>([0, 0]);
  const [found, setFound] = useState<{ readonly key: string; readonly place: number }>();

  useEffect(() => setPages(new Map()), [traceId, lineCount]);
  useEffect(() => {
    const page = pagesOf(wanted).find((page) => !pages.has(page));
    if (page === undefined) return undefined;
    return soon(async (signal) => {
      const query = `offset=${page * PAGE_LINES}&limit=${PAGE_LINES}`;
      const lines = await fetchLines(`${address}?${query}`, signal);
      if (lines !== undefined) setPages((pages) => withPage(pages, page, lines));
    });
  }, [address, wanted, pages, lineCount]);

  const known = useMemo(() => placeIn(pages, sought), [pages, sought]);
  useEffect(() => {
    if (sought === '' || known !== undefined || found?.key === sought) return undefined;
    return soon(async (signal) => {
      const query = new URLSearchParams({ around: sought, limit: '1' });
      const lines = await fetchLines(`${address}?${query}`, signal);
      const line = lines?.find(({ key }) => key === sought);
      if (line !== undefined) setFound(line);
    });
  }, [address, sought, known, found]);

  const [want] = useState(() => (first: number, last: number): void => {
    const pages = [Math.floor(first / PAGE_LINES), Math.ceil(last / PAGE_LINES)] as const;
    setWanted((before) => (before[0] === pages[0] && before[1] === pages[1] ? before : pages));
  });
  return {
    at: (place) => pages.get(Math.floor(place / PAGE_LINES))?.[place % PAGE_LINES],
    want,
    soughtPlace: known ?? (found?.key === sought ? found.place : -1),
  };
}

const pagesOf = ([first, last]: readonly [number, number]): number[] =>
  Array.from({ length: last - first }, (_, index) => first + index);

function withPage(pages: Pages, page: number, lines: readonly PlacedLine[]): Pages {
  const next = new Map(pages).set(page, lines);
  const [oldest] = next.keys();
  if (next.size > MOST_PAGES && oldest !== undefined) next.delete(oldest);
  return next;
}

function placeIn(pages: Pages, sought: string): number | undefined {
  if (sought === '') return undefined;
  for (const lines of pages.values()) {
    const line = lines.find(({ key }) => key === sought);
    if (line !== undefined) return line.place;
  }
  return undefined;
}

/** Does it after a rest, unless what is returned here is called before. */
function soon(work: (signal: AbortSignal) => Promise<void>): () => void {
  const abort = new AbortController();
  const timer = window.setTimeout(() => void work(abort.signal), REST_MILLIS);
  return () => {
    window.clearTimeout(timer);
    abort.abort();
  };
}

async function fetchLines(
  address: string,
  signal: AbortSignal,
): Promise<readonly PlacedLine[] | undefined> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok) return undefined;
    const { lines } = (await response.json()) as TraceLines;
    return signal.aborted ? undefined : lines;
  } catch {
    return undefined; // not wanted any more, or the server is gone, which the view says
  }
}

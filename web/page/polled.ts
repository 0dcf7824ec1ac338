import { useEffect, useRef, useState } from 'preact/hooks';

export interface Polled<T> {
  /** The last good answer, which stays while a later one fails. */
  readonly data: T | undefined;
  /** Why there is no newer answer. */
  readonly error: string | undefined;
}

/**
 * GETs a JSON address of our own server again and again, `everyMillis` after
 * each answer; 0 asks once. Pauses while the page is hidden. Renders only when
 * the answer's text has changed.
 */
export function usePolled<T>(address: string, everyMillis: number): Polled<T> {
  const [state, setState] = useState<Polled<T> & { address: string }>(nothingFrom(address));
  const lastText = useRef('');
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const ask = async (): Promise<void> => {
      if (!document.hidden) {
        const answer = await get(address, abort.signal);
        if (abort.signal.aborted) return;
        if ('error' in answer) {
          lastText.current = '';
          setState((state) => ({
            ...(state.address === address ? state : nothingFrom<T>(address)),
            error: answer.error,
          }));
        } else if (answer.text !== lastText.current) {
          lastText.current = answer.text;
          // The shape is the contract of web/page-api.ts, which is built with this page.
          setState({ address, data: JSON.parse(answer.text) as T, error: undefined });
        }
      }
      if (everyMillis > 0) timer = window.setTimeout(() => void ask(), everyMillis);
    };
    void ask();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [address, everyMillis]);
  return state.address === address ? state : nothingFrom(address);
}

function nothingFrom<T>(address: string): Polled<T> & { address: string } {
  return { address, data: undefined, error: undefined };
}

async function get(
  address: string,
  signal: AbortSignal,
): Promise<{ readonly text: string } | { readonly error: string }> {
  try {
    const response = await fetch(address, { signal });
    const text = await response.text();
    return response.ok ? { text } : { error: reasonIn(text) };
  } catch {
    return { error: 'One Log does not answer. Is it still running? Trying again …' };
  }
}

/** Our API's errors are `{"error": "…"}`; anything else is shown as it is. */
function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // not ours: a proxy's, say
  }
  return text.slice(0, 500);
}

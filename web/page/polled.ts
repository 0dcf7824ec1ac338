import { useEffect, useRef, useState } from 'preact/hooks';
import type { Refusal } from '../page-api.ts';

export interface Polled<T> {
  /** The last good answer, which stays while a later one fails. */
  readonly data: T | undefined;
  /** Why there is no newer answer. */
  readonly error: string | undefined;
  /** What our own server said beside its reason. */
  readonly refusal: Refusal | undefined;
}

/**
 * GETs a JSON address of our own server again and again, `everyMillis` after
 * each answer; 0 asks once. Pauses while the page is hidden. Renders only when
 * the answer's text has changed.
 */
export function usePolled<T>(address: string, everyMillis: number): Polled<T> {
  const [state, setState] = useState<Polled<T> & { address: string }>(nothingFrom(address));
  const lastText = useRef('');
  const answered = useRef('');
  useEffect(() => {
    // No more than what is here is wanted.
    if (everyMillis === 0 && answered.current === address) return undefined;
    const abort = new AbortController();
    let timer = 0;
    const ask = async (): Promise<void> => {
      let waitMillis = everyMillis;
      if (!document.hidden) {
        const asked = performance.now();
        const answer = await get(address, abort.signal);
        if (abort.signal.aborted) return;
        answered.current = 'error' in answer ? '' : address;
        // What is hard to answer is asked less often: the server has a log to read.
        waitMillis = Math.max(everyMillis, REST * (performance.now() - asked));
        if ('error' in answer) {
          lastText.current = '';
          setState((state) => ({
            ...(state.address === address ? state : nothingFrom<T>(address)),
            ...answer,
          }));
        } else if (answer.text !== lastText.current) {
          lastText.current = answer.text;
          // The shape is the contract of web/page-api.ts, which is built with this page.
          setState({ address, data: JSON.parse(answer.text) as T, ...NO_FAILURE });
        }
      }
      if (everyMillis > 0) timer = window.setTimeout(() => void ask(), waitMillis);
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
  return { address, data: undefined, ...NO_FAILURE };
}

const NO_FAILURE = { error: undefined, refusal: undefined };

/** Between two answers, in times of how long one takes. */
const REST = 15;

type Failure = Pick<Polled<never>, 'error' | 'refusal'>;

async function get(
  address: string,
  signal: AbortSignal,
): Promise<{ readonly text: string } | Failure> {
  try {
    const response = await fetch(address, { signal });
    const text = await response.text();
    return response.ok ? { text } : refusalIn(text);
  } catch {
    const error = 'One Log does not answer. Is it still running? Trying again …';
    return { error, refusal: undefined };
  }
}

/** Our API's errors are `{"error": "…"}`; anything else is shown as it is. */
function refusalIn(text: string): Failure {
  try {
    const refusal = JSON.parse(text) as Refusal;
    if (typeof refusal.error === 'string') return { error: refusal.error, refusal };
  } catch {
    // not ours: a proxy's, say
  }
  return { error: text.slice(0, 500), refusal: undefined };
}

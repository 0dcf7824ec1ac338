import { useEffect, useState } from 'preact/hooks';

/** Where the page is: a URL is a view, and all that a view shows can be had again from it. */
export interface Place {
  readonly path: string;
  readonly params: URLSearchParams;
}

/** The current place, which renders anew whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const update = (): void => setPlace(currentPlace());
    window.addEventListener('popstate', update);
    return () => window.removeEventListener('popstate', update);
  }, []);
  return place;
}

/** Goes to a view; with `replace`, without leaving the current one in the history. */
export function navigate(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(history.state, '', href);
  else history.pushState({ inside: true }, '', href);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

/** Back to the list as it was left; to the plain list where the page was opened elsewhere. */
export function goBack(): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else navigate('/');
}

/** The handler of a link to a view: a plain click stays in the page, any other is the browser's. */
export function follow(event: MouseEvent): void {
  const link = event.currentTarget;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!plain || !(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

/** The current address with some of its parameters changed; an empty one is left out. */
export function withParams({ path, params }: Place, changes: Record<string, string>): string {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  return query === '' ? path : `${path}?${query}`;
}

function currentPlace(): Place {
  return { path: location.pathname, params: new URLSearchParams(location.search) };
}

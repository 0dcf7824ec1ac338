import { useEffect, useRef } from 'preact/hooks';
import { navigate } from './router.ts';

interface View {
  readonly name: string;
  readonly href: string;
  /** After `g`, which goes there. */
  readonly key: string;
  /** The paths that are this view's. */
  readonly holds: RegExp;
}

/** The views in the order of the navigation. */
export const VIEWS: readonly View[] = [
  { name: 'Traces', href: '/', key: 't', holds: /^\/(?:$|trace\/|compare$)/ },
  { name: 'Logs', href: '/logs', key: 'l', holds: /^\/logs$/ },
  { name: 'Services', href: '/services', key: 's', holds: /^\/services$/ },
  { name: 'Incidents', href: '/incidents', key: 'i', holds: /^\/incidents/ },
];

/** How long `g` waits for its second key. */
const SEQUENCE_MILLIS = 1_500;

/**
 * The keys that are the same in every view: `g` and a view's letter goes there,
 * `/` goes to the view's search, `?` asks for help. None of them while somebody
 * types, nor with Ctrl, Alt or Meta, which are the browser's.
 */
export function useShortcuts(onHelp: () => void): void {
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event.target)) return;
      const isSecond = event.timeStamp - askedAt.current < SEQUENCE_MILLIS;
      askedAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const view = isSecond ? VIEWS.find(({ key }) => key === event.key) : undefined;
      if (view !== undefined) navigate(view.href);
      else if (event.key === '?') onHelp();
      else if (event.key === '/') searchField()?.focus();
      else return;
      event.preventDefault();
    };
    // Before the views: what follows `g` is no key of theirs.
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  });
}

const searchField = (): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>('input[type=search]');

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches('input:not([type=checkbox], [type=radio]), textarea, select') ||
      target.isContentEditable)
  );
}

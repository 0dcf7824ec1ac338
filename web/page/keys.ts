import { useLayoutEffect } from 'preact/hooks';
import { isTyping } from './shortcuts.ts';

/** What each key does, by `KeyboardEvent.key`. */
type Keys = Readonly<Record<string, (() => void) | undefined>>;

/**
 * Keys that work wherever the focus is in the view, but not while somebody
 * types (but for Escape), nor under a dialog, nor where another has taken the
 * key, nor with Ctrl, Alt or Meta.
 */
export function useKeys(keys: Keys): void {
  // With the drawing, not after it: a key that follows at once finds the view that is seen.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (act === undefined || (isTyping(event.target) && event.key !== 'Escape')) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
}

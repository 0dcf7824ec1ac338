import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** The width of an element in CSS pixels, which renders anew when it changes; 0 before it is known. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Renders what is drawn by script anew when the page becomes dark or light. */
export function useScheme(): string {
  const [scheme, setScheme] = useState(currentScheme);
  useEffect(() => {
    const update = (): void => setScheme(currentScheme());
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const observer = new MutationObserver(update);
    dark.addEventListener('change', update);
    observer.observe(document.documentElement, { attributes: true });
    return () => {
      dark.removeEventListener('change', update);
      observer.disconnect();
    };
  }, []);
  return scheme;
}

/** The colours that text has: what stylesheet, system and reader together decided. */
const currentScheme = (): string => getComputedStyle(document.documentElement).color;

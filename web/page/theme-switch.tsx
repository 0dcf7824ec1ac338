import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

type Theme = 'light' | 'dark';

/** Sets dark or light as it was last chosen in this browser; else as the system has it. */
export function applyTheme(): void {
  const chosen = read();
  if (chosen !== undefined) document.documentElement.dataset['theme'] = chosen;
}

/** Turns the page from light to dark and back, for this browser. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(() => read() ?? systemTheme());
  const other = theme === 'dark' ? 'light' : 'dark';
  const choose = (): void => {
    document.documentElement.dataset['theme'] = other;
    write(other);
    setTheme(other);
  };
  return (
    <button
      type="button"
      class="round theme"
      title={`to ${other}`}
      aria-label={`Switch to ${other}`}
      onClick={choose}
    >
      {theme === 'dark' ? '☀' : '☾'}
    </button>
  );
}

const KEY = 'one-log.theme';

const systemTheme = (): Theme =>
  window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

function read(): Theme | undefined {
  try {
    const chosen = localStorage.getItem(KEY);
    return chosen === 'dark' || chosen === 'light' ? chosen : undefined;
  } catch {
    return undefined; // storage is off in this browser
  }
}

function write(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // then it lasts until the page is left
  }
}

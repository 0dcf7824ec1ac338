import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { VIEWS } from './shortcuts.ts';

/** What the keys do, by view: `[keys, meaning]`. */
const KEYS: readonly (readonly [view: string, keys: readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ...VIEWS.map(({ name, key }) => [`g ${key}`, `go to ${name}`] as const),
      ['/', 'go to the search'],
      ['?', 'this help'],
    ],
  ],
  [
    'Traces',
    [
      ['↑ ↓ or k j', 'from trace to trace'],
      ['Enter', 'open the trace'],
      ['c', 'compare the trace with another'],
      ['p', 'pause, or go on'],
      ['← → ↑ ↓', 'in the diagram: by time, by duration'],
    ],
  ],
  [
    'One trace',
    [
      ['↑ ↓ or k j', 'from span to span'],
      ['← →', 'fold and unfold'],
      ['e, Shift e', 'the next error, the one before'],
      ['Enter', 'open the span'],
      ['c', 'show or hide the critical path'],
      ['f', 'flame graph, or waterfall'],
      ['Esc', 'close what is open; then back'],
    ],
  ],
  [
    'Two traces',
    [
      ['s', 'swap them'],
      ['o', 'what changed most first, or by call path'],
      ['Esc', 'back'],
    ],
  ],
  [
    'Logs',
    [
      ['↑ ↓ or k j', 'from line to line'],
      ['Page Up, Page Down', 'a screen'],
      ['Home, End', 'the first line, the newest'],
      ['Enter', 'open the line'],
      ['o', 'open its trace'],
      ['f', 'follow, or stop following'],
      ['Esc', 'close the line'],
    ],
  ],
  [
    'Incidents',
    [
      ['Tab', 'from incident to incident'],
      ['Enter', 'open it'],
      ['Esc', 'back to all'],
    ],
  ],
];

/** The keys in a dialog; Escape, its button and a click beside it close it. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-label="Keyboard"
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && onClose()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // Not for the view below as well.
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2>Keyboard</h2>
        <button type="button" class="close" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      <div class="key-groups">
        {KEYS.map(([view, keys]) => (
          <section key={view}>
            <h3>{view}</h3>
            <dl>
              {keys.map(([key, meaning]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import type { JsonObject } from '../../log/entry.ts';

interface SidePaneProps {
  /** For a screen reader. */
  readonly label: string;
  readonly title: JSX.Element;
  readonly colour?: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

/** The frame beside a waterfall in which something is told in full. */
export function SidePane(props: SidePaneProps): JSX.Element {
  const { label, title, colour, children, onClose } = props;
  return (
    <aside class="side-pane" aria-label={label}>
      <header>
        {colour !== undefined && <i class="swatch" style={{ background: colour }} />}
        <h2>{title}</h2>
        <button type="button" class="close" aria-label="Close" title="Esc" onClick={onClose}>
          ×
        </button>
      </header>
      {children}
    </aside>
  );
}

interface PartProps {
  readonly title: string;
  readonly count: number;
  readonly children: ComponentChildren;
}

/** A part of it that can be folded; nothing where there is nothing in it. */
export function Part({ title, count, children }: PartProps): JSX.Element | null {
  if (count === 0) return null;
  return (
    <details open>
      <summary>
        {title} <span class="dim">{count}</span>
      </summary>
      {children}
    </details>
  );
}

/** Keys with their values. */
export function Pairs({ of }: { readonly of: JsonObject }): JSX.Element {
  return (
    <dl class="pairs">
      {Object.entries(of).map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

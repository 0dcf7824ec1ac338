import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface TypedFieldProps {
  readonly label: string;
  readonly type: 'search' | 'number';
  readonly placeholder: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  /** How long the typing rests, in ms. */
  readonly restMillis?: number;
}

const REST_MILLIS = 250;

/** A field that tells what was typed once the typing rests. */
export function TypedField(props: TypedFieldProps): JSX.Element {
  const { label, type, placeholder, value, onType, restMillis = REST_MILLIS } = props;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = window.setTimeout(() => onType(typed), restMillis);
    return () => window.clearTimeout(timer);
    // Only a new text starts the rest anew, not a new list.
  }, [typed]);
  return (
    <label class={`typed-${type}`}>
      <span>{label}</span>
      <input
        {...(type === 'number' ? { type, min: 0, step: 'any' } : { type })}
        placeholder={placeholder}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}

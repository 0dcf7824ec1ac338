import type { JSX } from 'preact';
import type { Place } from './router.ts';

interface TimeFilterProps {
  readonly place: Place;
  readonly onChange: (changes: Record<string, string>) => void;
}

/** Seconds before the newest trace, which is now where traces still come. */
const LAST: readonly (readonly [seconds: string, name: string])[] = [
  ['60', 'newest minute'],
  ['300', 'newest 5 minutes'],
  ['900', 'newest 15 minutes'],
  ['3600', 'newest hour'],
  ['21600', 'newest 6 hours'],
  ['86400', 'newest day'],
];

/** When traces start: `last` seconds, or `from` and `to` in Unix seconds, as the address has them. */
export function TimeFilter({ place, onChange }: TimeFilterProps): JSX.Element {
  const value = (name: string): string => place.params.get(name) ?? '';
  const isRange = value('from') !== '' || value('to') !== '';
  const last = value('last');
  return (
    <>
      <label>
        <span>Time</span>
        <select
          value={isRange ? RANGE : last}
          onChange={({ currentTarget }) => onChange(changesFor(currentTarget.value))}
        >
          <option value="">all</option>
          {LAST.map(([seconds, name]) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
          {last !== '' && !LAST.some(([seconds]) => seconds === last) && (
            <option value={last}>newest {last} s</option>
          )}
          <option value={RANGE}>from … to …</option>
        </select>
      </label>
      {isRange && (
        <>
          <Moment label="From" seconds={value('from')} onChange={(from) => onChange({ from })} />
          <Moment label="To" seconds={value('to')} onChange={(to) => onChange({ to })} />
        </>
      )}
    </>
  );
}

const RANGE = 'range';
const HOUR_SECONDS = 3600;

function changesFor(choice: string): Record<string, string> {
  if (choice !== RANGE) return { last: choice, from: '', to: '' };
  const now = Math.ceil(Date.now() / 1000);
  return { last: '', from: String(now - HOUR_SECONDS), to: String(now) };
}

interface MomentProps {
  readonly label: string;
  /** Unix time, or ''. */
  readonly seconds: string;
  readonly onChange: (seconds: string) => void;
}

function Moment({ label, seconds, onChange }: MomentProps): JSX.Element {
  return (
    <label class="moment">
      <span>{label}</span>
      <input
        type="datetime-local"
        step="0.001"
        value={localTime(Number(seconds))}
        onChange={({ currentTarget: { value } }) => {
          const millis = Date.parse(value);
          onChange(Number.isNaN(millis) ? '' : String(millis / 1000));
        }}
      />
    </label>
  );
}

/** As the field takes it: local time, without a zone. */
function localTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime()) || seconds === 0) return '';
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1);
}

/** What option values must be; each throws commander's InvalidArgumentError, which names what was expected. */
import { InvalidArgumentError } from 'commander';
import { parseBytes, parseSeconds } from '../units.ts';

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('expected a number from 0.');
  }
  return value;
}

export function share(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError('expected a number from 0 to 1.');
  return value;
}

export function treeDepth(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 3)
    throw new InvalidArgumentError('expected a whole number from 3.');
  return value;
}

export function positiveInteger(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 4)
    throw new InvalidArgumentError('expected a whole number from 4.');
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

export function count(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value === 0)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

export function port(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value > 65_535) {
    throw new InvalidArgumentError('expected a port, 0 to 65535 (0 for any free one).');
  }
  return value;
}

/** Infinity for 0: there is no limit then. */
export function bytes(text: string): number {
  const value = parseBytes(text);
  if (value === undefined) throw new InvalidArgumentError('expected a size such as 64MB.');
  return value || Infinity;
}

export function milliseconds(text: string): number {
  const value = parseSeconds(text);
  if (value === undefined) throw new InvalidArgumentError('expected a time such as 12h or 7d.');
  return value * 1e3 || Infinity;
}

/** Milliseconds from look to look; Infinity for 0, which is never. */
export function sampling(text: string): number {
  const value = milliseconds(text);
  if (value < 100) throw new InvalidArgumentError('expected 100ms or more, or 0 for none.');
  return value;
}

/** A length of time in seconds; 0 is one. */
export function duration(text: string): number {
  const value = parseSeconds(text);
  if (value === undefined) throw new InvalidArgumentError('expected a time such as 5s or 500ms.');
  return value;
}

export function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

export function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

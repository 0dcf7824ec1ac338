import { BadParameter } from '../export/query-params.ts';

/** A parameter as a number within bounds; undefined where it is absent or empty. Throws BadParameter. */
export function numberParam(
  params: URLSearchParams,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new BadParameter(`'${name}' should be a number from ${min} to ${max}, got "${text}"`);
}

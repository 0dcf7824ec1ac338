/** Numbers as people read them. */

/** `98 %` of 0.978. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** `1.5 MB`; K is 1024. */
export function bytes(count: number): string {
  let power = 0;
  let value = count;
  for (; Math.abs(value) >= 1024 && power < UNITS.length - 1; power++) value /= 1024;
  return `${value.toFixed(value < 10 && power > 0 ? 1 : 0)} ${UNITS[power]}`;
}

/** `12`, `0.4`. */
export const plain = (value: number): string =>
  value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)));

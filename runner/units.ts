const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** Bytes of `64MB`, `1.5 GiB`, `4096`; K is 1024. Undefined for what is none. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim()) ?? [];
  const factor = BYTES[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(+number * factor);
}

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  '': 1,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** Seconds of `90`, `10s`, `1.5h`, `7d`. Undefined for what is none. */
export function parseSeconds(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)?$/i.exec(text.trim()) ?? [];
  const factor = SECONDS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : +number * factor;
}

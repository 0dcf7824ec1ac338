/**
 * https://docs.docker.com/engine/logging/drivers/json-file/
 *
 * `{"log":"pet added\n","stream":"stdout","time":"2026-11-23T09:00:00.123456789Z"}`
 *
 * Docker cuts a program's line at 16 KiB; only the last piece ends with a newline.
 */
import type { Format } from './format.ts';

export const docker: Format = {
  name: 'docker',
  json({ log, stream, time, attrs }) {
    if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string')
      return undefined;
    const { tag } =
      typeof attrs === 'object' && attrs !== null && !Array.isArray(attrs) ? attrs : {};
    return {
      log: {},
      time,
      service: typeof tag === 'string' && tag !== '' ? tag : undefined,
      inner: log.replace(/\r?\n$/, ''),
      stream,
      partial: !log.endsWith('\n') && log.length >= PIECE,
    };
  },
};

const PIECE = 16_384;

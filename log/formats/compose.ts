/**
 * https://docs.docker.com/reference/cli/docker/compose/logs/ (several containers' lines, each with its name)
 *
 * `petstore-1  | pet added`
 *
 * and `kubectl logs --prefix`: `[pod/shop-7c9/petstore] pet added`
 */
import type { Format } from './format.ts';
import { levelName } from './level-name.ts';

const COMPOSE = /^([A-Za-z][\w.-]{0,62}?)(?:[-_]\d+)? *\| (.*)$/s;
const KUBECTL = /^\[pod\/[^/\s\]]{1,253}\/([^\]\s]{1,63})\] (.*)$/s;

export const compose: Format = {
  name: 'compose',
  text(line) {
    const [, service, inner] = COMPOSE.exec(line) ?? KUBECTL.exec(line) ?? [];
    const isLevel = service === undefined || levelName(service) !== undefined;
    return inner === undefined || isLevel ? undefined : { log: {}, service, inner };
  },
};

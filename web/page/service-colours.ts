import { nodeColour } from '../../log/node-colour.ts';

/** `#rrggbb` of a service, by its place among all: the same in every view. */
export type ServiceColour = (service: string) => string;

/**
 * Colours by the order of the names. The runner itself comes first, whether it
 * has spans or not: it has the console's first colour, as the first to speak.
 */
export function serviceColours(sortedServices: readonly string[]): ServiceColour {
  const names = [RUNNER, ...sortedServices.filter((name) => name !== RUNNER)];
  const colours = new Map(names.map((name, order) => [name, nodeColour(order)]));
  return (service) => colours.get(service) ?? nodeColour(colours.size);
}

const RUNNER = 'driver';

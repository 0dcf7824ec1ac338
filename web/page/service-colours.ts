import { nodeColour } from '../../log/node-colour.ts';

/** `#rrggbb` of a service, by its place among all: the same in every view. */
export type ServiceColour = (service: string) => string;

export function serviceColours(sortedServices: readonly string[]): ServiceColour {
  const colours = new Map(sortedServices.map((name, order) => [name, nodeColour(order).hex]));
  return (service) => colours.get(service) ?? nodeColour(colours.size).hex;
}

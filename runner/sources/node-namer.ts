import { RESERVED_NAMES } from '../config.ts';

/**
 * Names nodes after things that have names already, each differently: the first
 * of the names proposed that is still free, else with a number. What a node's
 * name cannot have becomes `-`.
 */
export function nodeNamer(): (...proposed: readonly string[]) => string {
  const taken = new Set<string>(RESERVED_NAMES);
  return (...proposed) => {
    const names = proposed.map(nodeName);
    const numbered = (count: number): string => `${names[0] ?? ''}-${count}`;
    let name = names.find((candidate) => !taken.has(candidate));
    for (let count = 2; name === undefined; count++) {
      if (!taken.has(numbered(count))) name = numbered(count);
    }
    taken.add(name);
    return name;
  };
}

function nodeName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[._-]+/, '') || 'node';
}

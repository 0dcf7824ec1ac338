import { basename, extname } from 'node:path';
import { readConfig, type NodeSpec, type RunConfig } from './config.ts';
import { labNodes, type LabOptions } from './lab.ts';
import type { SourceOptions } from './sources/open-sources.ts';
import { nodeNamer } from './sources/node-namer.ts';
import { UserError } from './user-error.ts';

export interface WhatToRunOptions extends LabOptions, SourceOptions {
  readonly config?: string;
}

/**
 * The processes to start and the breakers around them: one command, what a
 * config file says, nothing where only logs of others are to be merged, else the
 * lab. Throws a UserError for what does not go together.
 */
export function whatToRun(
  command: readonly string[],
  options: WhatToRunOptions,
): { nodes: readonly NodeSpec[]; breakers: RunConfig['breakers'] } {
  const { config: file } = options;
  if (file !== undefined && command.length > 0) {
    throw new UserError(`expected either -c ${file} or a command (${command.join(' ')}), not both`);
  }
  const config: RunConfig = file === undefined ? { breakers: [] } : readConfig(file);
  const readsOthers = options.tail !== undefined || options.docker === true;
  const nodes =
    config.nodes ??
    singleNode(command) ??
    (readsOthers && file === undefined ? [] : labNodes(options));
  const names = nodes.map(({ name }) => name);
  const stray = config.breakers.find(({ node }) => !names.includes(node));
  if (stray === undefined) return { nodes, breakers: config.breakers };
  throw new UserError(
    `${file}: breakers.${stray.node}: expected a node that is started (${names.join(', ')})`,
  );
}

/** A process without a config file, named by its program. */
function singleNode([program, ...args]: readonly string[]): NodeSpec[] | undefined {
  if (program === undefined) return undefined;
  const name = nodeNamer()(basename(program, extname(program)));
  return [{ name, command: program, args, env: {}, cwd: process.cwd() }];
}

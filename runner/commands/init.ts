import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { z } from 'zod';
import { composeServices } from '../init/compose-services.ts';
import { configText } from '../init/config-text.ts';
import type { Found } from '../init/found-node.ts';
import { packageScripts } from '../init/package-scripts.ts';
import { procfile } from '../init/procfile.ts';
import { say } from '../say.ts';
import { UserError } from '../user-error.ts';

export interface InitOptions {
  readonly from?: string;
  readonly force?: true;
}

/** Looked for in this order: the first says most about what runs together. */
const KNOWN = [
  'Procfile',
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
  'package.json',
];

/** Writes a config file for `onelog run -c` from what another tool's file says of the same processes. */
export function init(file: string, { from, force }: InitOptions): void {
  const source = from ?? KNOWN.find((name) => existsSync(name));
  if (source === undefined) {
    throw new UserError(
      `found none of ${KNOWN.join(', ')} here; name such a file: onelog init --from FILE`,
    );
  }
  const found = read(source, file);
  if (found.nodes.length === 0) {
    throw new UserError(
      `${source}: nothing in it seems to run on; write ${file} by hand (see \`onelog run --help\`)`,
    );
  }
  try {
    writeFileSync(file, configText(found, source), { flag: force === true ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new UserError(`cannot write ${file}: ${message}`);
    throw new UserError(`${file} is there already; --force overwrites it`);
  }
  const names = found.nodes.map(({ name }) => name).join(', ');
  say(`wrote ${file} from ${source}: ${names}`);
  if (found.leftOut.length > 0) say(`left out: ${found.leftOut.join(', ')}`);
  say(`start it: onelog run -c ${file}`);
}

function read(source: string, file: string): Found {
  try {
    const text = readFileSync(source, 'utf8');
    const name = basename(source);
    if (name.endsWith('.json')) return packageScripts(text);
    if (/^Procfile(?:\..+)?$/.test(name)) return procfile(text);
    // Commands run in the config file's folder.
    if (/\.ya?ml$/.test(name)) return composeServices(text, relative(dirname(file), source));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(`${source}: ${why}`);
  }
  throw new UserError(`${source}: expected a package.json, a Procfile or a compose file (.yml)`);
}

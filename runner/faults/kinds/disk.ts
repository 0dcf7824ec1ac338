import { accessSync, constants, statfsSync } from 'node:fs';
import { parseBytes } from '../../units.ts';
import { UserError } from '../../user-error.ts';
import { cpusOf, crewEffect, startCrew } from '../crew.ts';
import type { FaultKind } from '../fault-kind.ts';
import type { Target } from '../target.ts';

/** Written at the same time by one process, and as many threads; a process for each CPU. */
const FILES = 16;
const FILE_BYTES = 8 * 2 ** 20;
/** Of the free space, at most at the same time. */
const MAX_SHARE = 0.1;
const MAX_BYTES = 64 * 2 ** 30;

/** Processes that write to the node's file system as fast as it takes it, each block to the disk at once. */
export const disk: FaultKind = {
  name: 'disk',
  summary: "processes that write to the node's file system, each block with fsync",
  size: {
    means: 'bytes in all, such as 2GB; over and over into files that have no name',
    usual: '8GB',
    parse: (text) => {
      const bytes = parseBytes(text);
      return bytes !== undefined && bytes >= 2 ** 20 && bytes <= MAX_BYTES ? bytes : undefined;
    },
  },
  async begin(target, { forMs, size }) {
    const count = cpusOf(target);
    const folder = folderOf(target);
    const { bavail, bsize } = statfsSync(folder);
    const atOnce = count * FILES * FILE_BYTES;
    if (atOnce > bavail * bsize * MAX_SHARE) {
      throw new UserError(
        `disk: ${folder} has too little free space: expected ten times the ${atOnce / 2 ** 20}MB that are there at the same time`,
      );
    }
    // Of its own name for each: the order is the same for all.
    const workers = await startCrew(
      target,
      new URL('../workers/write.ts', import.meta.url),
      count,
      {
        forMs,
        folder,
        bytes: Math.floor(size / count),
        files: FILES,
        fileBytes: FILE_BYTES,
        restMs: 0,
      },
    );
    return crewEffect(workers, `write to the disk of ${folder}`);
  },
};

/** The node's own, if we may write there. */
function folderOf({ workingFolder, folder }: Target): string {
  try {
    accessSync(workingFolder, constants.W_OK);
    return workingFolder;
  } catch {
    return folder.path;
  }
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../onelog.ts';

/** A folder that stands for /proc, with what a kernel would have in it. */
export class ProcFolder {
  readonly path = temporaryFolder();

  write(file: string, text: string): void {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  remove(file: string): void {
    rmSync(join(this.path, file), { recursive: true });
  }
}

import { BlockScanner, type ScannedBlock } from '../../spans/fast/block-scanner.ts';
import { wholeLines } from '../../spans/fast/whole-lines.ts';
import { storedBytes } from '../stored-bytes.ts';

/**
 * Reads stored firehoses one after the other and scans them, block by block.
 * `onNotice` gets what the user should know. Throws a UserError for a file that
 * cannot be read.
 */
export async function* scanHere(
  files: readonly string[],
  onNotice: (text: string) => void,
): AsyncGenerator<ScannedBlock> {
  const scanner = new BlockScanner();
  for (const file of files) {
    const onCut = (reason: string): void =>
      onNotice(`${file} is cut off or damaged (${reason}); read up to there`);
    for await (const lines of wholeLines(storedBytes(file, onCut))) yield scanner.scan(lines);
  }
}

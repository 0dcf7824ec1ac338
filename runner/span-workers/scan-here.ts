import { BlockScanner, type ScannedBlock } from '../../spans/fast/block-scanner.ts';
import { wholeLines } from '../../spans/fast/whole-lines.ts';
import { storedBytes } from '../stored-bytes.ts';

/**
 * Reads a stored firehose and scans it, block by block. `onNotice` gets what the
 * user should know. Throws a UserError for a file that cannot be read.
 */
export async function* scanHere(
  file: string,
  onNotice: (text: string) => void,
): AsyncGenerator<ScannedBlock> {
  const scanner = new BlockScanner();
  const onCut = (reason: string): void =>
    onNotice(`${file} is cut off or damaged (${reason}); read up to there`);
  for await (const lines of wholeLines(storedBytes(file, onCut))) yield scanner.scan(lines);
}

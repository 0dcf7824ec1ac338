/** What a container wrote at one time; the engine puts the time before it. */
export interface Stamped {
  /** RFC 3339, as the engine wrote it; undefined where it wrote none. */
  readonly time: string | undefined;
  readonly payload: Buffer;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;
const STAMP_BYTES = 37;
const NEWLINE = 10;
/** A longer line is kept in pieces of this length, and each has its time before it. */
const PIECE_BYTES = 16 * 1024;

/** Takes the time from the front of a frame's payload. */
export function stampedFrame(payload: Buffer): Stamped {
  const time = STAMP.exec(payload.toString('latin1', 0, STAMP_BYTES))?.[1];
  return { time, payload: time === undefined ? payload : payload.subarray(time.length + 1) };
}

/**
 * Takes the times out of the stream of a container with a terminal, which has
 * no frames: each line begins with one, and so does each further piece of a long
 * line.
 */
export class StampedText {
  #waiting: Buffer = Buffer.alloc(0);

  /** The pieces that are now whole, each at most a line. */
  push(chunk: Buffer): Stamped[] {
    let bytes = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    const pieces: Stamped[] = [];
    for (let end = pieceEnd(bytes); end > 0; end = pieceEnd(bytes)) {
      pieces.push(stampedFrame(bytes.subarray(0, end)));
      bytes = bytes.subarray(end);
    }
    this.#waiting = bytes;
    return pieces;
  }

  /** The stream has ended: what still waits. */
  end(): Stamped[] {
    const rest = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    return rest.length === 0 ? [] : [stampedFrame(rest)];
  }
}

/** Where the first piece ends: behind its newline, or where a full piece is followed by a time; 0 for not yet. */
function pieceEnd(bytes: Buffer): number {
  const newline = bytes.indexOf(NEWLINE);
  const full = bytes.length - stampedFrame(bytes).payload.length + PIECE_BYTES;
  if (newline !== -1 && newline < full) return newline + 1;
  // Whether another time comes is known once there is room for one.
  if (bytes.length < full + STAMP_BYTES && newline === -1) return 0;
  if (stampedFrame(bytes.subarray(full)).time !== undefined) return full;
  return newline + 1;
}

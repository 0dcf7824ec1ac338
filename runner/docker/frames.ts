/** A piece of a container's output, as the engine passes it on. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr' | 'error';
  readonly payload: Buffer;
}

const STREAMS = ['stdout', 'stdout', 'stderr', 'error'] as const;
const HEADER_BYTES = 8;

/**
 * Takes apart the stream of a container without a terminal: each frame is a
 * header `{type, 0, 0, 0, size as 4 bytes, most significant first}` and its
 * payload. Type 3 is an error of the engine itself.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export class FrameReader {
  #waiting: Buffer = Buffer.alloc(0);

  /** The frames that are now whole. Throws a RangeError for bytes that are no frames. */
  push(chunk: Buffer): Frame[] {
    const bytes = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const stream = STREAMS[bytes[at] as number];
      if (stream === undefined || bytes.readUIntBE(at + 1, 3) !== 0) {
        throw new RangeError('the stream is not made of frames');
      }
      const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      frames.push({ stream, payload: bytes.subarray(at + HEADER_BYTES, end) });
      at = end;
    }
    this.#waiting = bytes.subarray(at);
    return frames;
  }
}

import wasm from "@cwasm/jpeg-turbo/jpeg-turbo.wasm?module";
import type { Pixels, Size } from "../picture/pixels";
import { CodecFailure } from "./instance";

/** What the package's WebAssembly exports of TurboJPEG's interface; pointers are numbers. */
interface TurboJpeg {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    handle: number,
    jpeg: number,
    bytes: number,
    width: number,
    height: number,
    subsampling: number,
    space: number,
  ): number;
  tjDecompress2(
    handle: number,
    jpeg: number,
    bytes: number,
    to: number,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

const TJPF_RGBA = 7;

/** A JPEG's sides are divided by this as it is decoded; the decoder can skip what that leaves out. */
export type Shrink = 1 | 2 | 4 | 8;

/** The size of a picture that is decoded so. */
export function shrunk({ width, height }: Size, by: Shrink): Size {
  return { width: Math.ceil(width / by), height: Math.ceil(height / by) };
}

/**
 * The pixels of a JPEG, by libjpeg-turbo. A damaged one is shown as far as it goes.
 *
 * @param size what its header was read as; the decoder takes memory by its own reading, which must be the same
 * @throws CodecFailure
 */
export function decodeJpeg(bytes: Uint8Array, size: Size, by: Shrink): Pixels {
  // One for each picture: an error leaves it as it was at that moment, and its memory never shrinks.
  const codec = new WebAssembly.Instance(wasm, IMPORTS).exports as unknown as TurboJpeg;
  const handle = codec.tjInitDecompress();
  const jpeg = take(codec, bytes.length);
  const header = take(codec, 16);
  new Uint8Array(codec.memory.buffer).set(bytes, jpeg);
  // What it returns says whether it knows the subsampling, too, of which there are kinds that it can decode and has no name for.
  codec.tjDecompressHeader3(handle, jpeg, bytes.length, header, header + 4, header + 8, header + 12);
  const [width, height] = new Uint32Array(codec.memory.buffer, header, 2);
  if (width !== size.width || height !== size.height) {
    throw new CodecFailure(`its header says ${size.width}x${size.height}, its data ${width}x${height}`);
  }
  const made = shrunk(size, by);
  const length = made.width * made.height * 4;
  const to = take(codec, length);
  // What is damaged is said by an exception, what is only odd by the result.
  codec.tjDecompress2(handle, jpeg, bytes.length, to, made.width, made.width * 4, made.height, TJPF_RGBA, 0);
  return { ...made, data: new Uint8ClampedArray(codec.memory.buffer, to, length).slice() };
}

function take(codec: TurboJpeg, bytes: number): number {
  const place = codec.malloc(bytes);
  if (place === 0) {
    throw new CodecFailure("there is not enough memory for it");
  }
  return place;
}

/** libjpeg leaves by longjmp when it cannot go on; nothing of it is used after that. */
function giveUp(): never {
  throw new CodecFailure("its data is damaged, or of a kind that is not read");
}

const IMPORTS = {
  env: { setjmp: () => 0, longjmp: giveUp },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: () => 0,
    fd_close: () => 0,
    fd_seek: () => 0,
    fd_write: () => 0,
    proc_exit: giveUp,
  },
};

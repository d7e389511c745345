import wasm from "../../build/lanczos.wasm?module";
import type { Pixels, Rectangle, Size } from "../picture/pixels";
import { blank } from "../picture/pixels";
import { type Weights, weigh } from "./weights";

/** What wasm/lanczos.ts exports. */
interface Loops {
  readonly memory: WebAssembly.Memory;
  base(): number;
  mixRows(from: number, stride: number, pairs: number, weights: number, to: number): void;
  mixColumns(from: number, fours: number, starts: number, weights: number, to: number, width: number): void;
}

const PAGE = 65536;

/** Instances whose memory is larger than this are not kept, since WebAssembly memory never shrinks. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Rows are put into WebAssembly's memory in bands of so many times what one row of the answer needs. */
const BAND = 4;

let idle: Loops | undefined;

/**
 * A part of a picture in another size, by Lanczos with three lobes in the picture's own colour space: rows first, then columns,
 * each rounded to 8 bits, as libvips does it.
 *
 * @param part need not begin and end at whole pixels; what lies outside of the pixels that it touches has no part in the result
 */
export function lanczos(pixels: Pixels, part: Rectangle, size: Size): Pixels {
  const down = weigh(part.top, part.height, size.height);
  const across = weigh(part.left, part.width, size.width);
  const width = across.end - across.begin;
  const stride = align(width * 4);
  const capacity = Math.min(BAND * down.taps, align(down.end - down.begin + down.taps));

  const loops = idle ?? instance();
  idle = undefined;
  const room = new Room(loops.base());
  const downWeights = room.take(down.values.byteLength);
  const acrossWeights = room.take(across.values.byteLength);
  const starts = room.take(size.width * 4);
  // Where a weight is 0 there is not always a pixel: the loops read some way beyond the last one.
  const mixed = room.take(stride + across.taps * 4);
  const made = room.take(size.width * 4);
  const band = room.take((capacity + down.taps) * stride);
  const missing = room.end - loops.memory.buffer.byteLength;
  if (missing > 0) {
    loops.memory.grow(Math.ceil(missing / PAGE));
  }

  const memory = new Uint8Array(loops.memory.buffer);
  memory.set(bytes(down.values), downWeights);
  memory.set(bytes(across.values), acrossWeights);
  memory.set(bytes(across.starts.map((start) => (start - across.begin) * 4)), starts);
  const result = blank(size.width, size.height);
  let first = 0;
  let loaded = 0;
  for (let y = 0; y < size.height; y++) {
    const start = down.starts[y] as number;
    if (Math.min(start + down.taps, down.end) > loaded) {
      first = start;
      loaded = Math.min(down.end, first + capacity);
      copyRows(pixels, { left: across.begin, top: first, width, height: loaded - first }, memory, band, stride);
    }
    loops.mixRows(band + (start - first) * stride, stride, down.taps / 2, downWeights + y * down.taps * 2, mixed);
    loops.mixColumns(mixed, across.taps / 4, starts, acrossWeights, made, size.width);
    result.data.set(memory.subarray(made, made + size.width * 4), y * size.width * 4);
  }
  if (memory.length <= KEPT_BYTES) {
    idle = loops;
  }
  return result;
}

function instance(): Loops {
  return new WebAssembly.Instance(wasm, {}).exports as unknown as Loops;
}

function copyRows(from: Pixels, part: Rectangle, to: Uint8Array, at: number, stride: number): void {
  for (let row = 0; row < part.height; row++) {
    const start = ((part.top + row) * from.width + part.left) * 4;
    to.set(from.data.subarray(start, start + part.width * 4), at + row * stride);
  }
}

function bytes(array: Weights["values"] | Weights["starts"]): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function align(length: number): number {
  return (length + 15) & ~15;
}

/** Places in memory, one after the other. */
class Room {
  constructor(public end: number) {
    this.end = align(end);
  }

  take(length: number): number {
    const place = this.end;
    this.end += align(length);
    return place;
  }
}

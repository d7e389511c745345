import { initSync, resize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";
import wasm from "@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?module";
import type { Pixels, Size } from "../picture/pixels";

const LANCZOS3 = 3;

/** The picture in another size, by Lanczos with three lobes in the picture's own colour space. */
export function lanczos(pixels: Pixels, size: Size): Pixels {
  initSync(wasm);
  const bytes = new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength);
  const resized = resize(bytes, pixels.width, pixels.height, size.width, size.height, LANCZOS3, false, false);
  return { ...size, data: resized as Uint8ClampedArray<ArrayBuffer> };
}

import avifDecoder, { type AVIFModule } from "@jsquash/avif/codec/dec/avif_dec.js";
import avifWasm from "@jsquash/avif/codec/dec/avif_dec.wasm?module";
import { decode as decodePng, initSync } from "@jsquash/png/codec/pkg/squoosh_png.js";
import pngWasm from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webpDecoder, { type WebPModule } from "@jsquash/webp/codec/dec/webp_dec.js";
import webpWasm from "@jsquash/webp/codec/dec/webp_dec.wasm?module";
import type { Format } from "../picture/format";
import type { Pixels } from "../picture/pixels";
import { Codec, CodecFailure } from "./instance";

const webp = new Codec<WebPModule>(webpDecoder, webpWasm);
const avif = new Codec<AVIFModule>(avifDecoder, avifWasm);

/**
 * The pixels of an encoded picture that is no JPEG, as they are stored, without its orientation.
 *
 * @throws CodecFailure, MemoryExceeded
 */
export async function decode(bytes: Uint8Array<ArrayBuffer>, format: Exclude<Format, "jpeg">, memoryLimit: number): Promise<Pixels> {
  switch (format) {
    case "webp":
      return await webp.run<Pixels>(memoryLimit, (codec) => codec.decode(bytes));
    case "avif":
      return await avif.run<Pixels>(memoryLimit, (codec) => codec.decode(bytes, 8));
    case "png":
      return png(bytes);
  }
}

/** Of this codec there is one instance; its decoder allocates by the same header that the limits were checked against. */
function png(bytes: Uint8Array): Pixels {
  initSync(pngWasm);
  try {
    return decodePng(bytes);
  } catch (failure) {
    throw new CodecFailure(failure instanceof Error ? failure.message : String(failure));
  }
}

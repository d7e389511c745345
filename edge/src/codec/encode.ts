import jpegEncoder, { type JpegTurboModule } from "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs";
import avifEncoder, { type AVIFModule } from "@jsquash/avif/codec/enc/avif_enc.js";
import avifWasm from "@jsquash/avif/codec/enc/avif_enc.wasm?module";
import { defaultOptions as avifDefaults } from "@jsquash/avif/meta.js";
import { encode as encodePng, initSync } from "@jsquash/png/codec/pkg/squoosh_png.js";
import pngWasm from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import type { WebPModule } from "@jsquash/webp/codec/enc/webp_enc.js";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import webpWasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm?module";
import { defaultOptions as webpDefaults } from "@jsquash/webp/meta.js";
import jpegWasm from "../../node_modules/@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm.wasm?module";
import type { Format } from "../picture/format";
import type { Pixels } from "../picture/pixels";
import { Codec } from "./instance";
import { encodeJpeg } from "./jpeg-encoder";

const jpeg = new Codec<JpegTurboModule>(jpegEncoder, jpegWasm);
const webp = new Codec<WebPModule>(webpEncoder, webpWasm);
const avif = new Codec<AVIFModule>(avifEncoder, avifWasm);

const MEMORY_LIMIT = 96 * 1024 * 1024;

/**
 * The picture as a file.
 *
 * @param quality as JPEG counts it, 1 to 100; the other formats get what looks alike. PNG has none.
 * @throws CodecFailure, MemoryExceeded
 */
export async function encode(pixels: Pixels, format: Format, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  // None of these codecs uses shared memory.
  return (await encoded(pixels, format, quality)) as Uint8Array<ArrayBuffer>;
}

async function encoded(pixels: Pixels, format: Format, quality: number): Promise<Uint8Array> {
  const { data, width, height } = pixels;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  switch (format) {
    case "jpeg":
      return await jpeg.run(MEMORY_LIMIT, (codec) => encodeJpeg(codec, pixels, quality));
    case "webp":
      return await webp.run<Uint8Array>(MEMORY_LIMIT, (codec) =>
        // Method 4, the default, takes a quarter more time for the same bytes.
        codec.encode(bytes, width, height, { ...webpDefaults, quality: alike(quality, 0.9), method: 3 }),
      );
    case "avif":
      return await avif.run<Uint8Array>(MEMORY_LIMIT, (codec) =>
        codec.encode(bytes, width, height, { ...avifDefaults, quality: alike(quality, 0.65), speed: 8 }),
      );
    case "png":
      initSync(pngWasm);
      return encodePng(bytes, width, height, 8);
  }
}

/** A quality of JPEG on another encoder's scale: a share of it up to 90, and from there on to 100 at 100. */
function alike(quality: number, share: number): number {
  const straight = Math.min(quality, 90) * share;
  return Math.round(straight + ((100 - 90 * share) * Math.max(0, quality - 90)) / 10);
}

import type { JpegTurboModule } from "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs";
import type { Pixels, Size } from "../picture/pixels";

/** TurboJPEG's names for how many pixels share their colour. */
const TJSAMP_444 = 0;
const TJSAMP_420 = 2;

/**
 * The picture as a JPEG, by libjpeg-turbo.
 *
 * @throws unknown, when the codec fails
 */
export function encodeJpeg(codec: JpegTurboModule, pixels: Pixels, quality: number): Uint8Array {
  const { data, width, height } = pixels;
  // Others keep all colour from 90 on, too; below, it costs a fifth of the bytes.
  const subsampling = quality < 90 ? TJSAMP_420 : TJSAMP_444;
  const encoder = new codec.JPEGEncoder();
  try {
    const rgb = encoder.getDecodedBuffer({ width, height, ...roomFor(largestFile(pixels, subsampling), pixels), isSigned: false });
    for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
      rgb[to] = data[from] as number;
      rgb[to + 1] = data[from + 1] as number;
      rgb[to + 2] = data[from + 2] as number;
    }
    encoder.setQuality(quality);
    encoder.setSubSampling(subsampling);
    // A progressive file takes three times as long to make, for 6 % fewer bytes.
    encoder.setProgressive(false);
    encoder.encode();
    return encoder.getEncodedBuffer().slice();
  } finally {
    encoder.delete();
  }
}

/** TurboJPEG's own bound (tjBufSize), in bytes. */
function largestFile({ width, height }: Size, subsampling: number): number {
  const [side, share] = subsampling === TJSAMP_420 ? [16, 4] : [8, 6];
  return Math.ceil(width / side) * side * Math.ceil(height / side) * side * share + 2048;
}

/**
 * The codec gives a file as much room as it was told that the pixels take, and would write beyond that: so it is told of pixels
 * as large as the file can become. It reads three bytes of each, one after the other, all the same.
 */
function roomFor(bytes: number, { width, height }: Size): { bitsPerSample: number; componentCount: number } {
  const toAPixel = Math.ceil(bytes / (width * height));
  const toAValue = Math.ceil(toAPixel / 255);
  return { bitsPerSample: 8 * toAValue, componentCount: Math.max(3, Math.ceil(toAPixel / toAValue)) };
}

import { blurRGBA } from "glur";
import { decode } from "../codec/decode";
import { encode } from "../codec/encode";
import { CodecFailure, MemoryExceeded } from "../codec/instance";
import { decodeJpeg, type Shrink } from "../codec/jpeg-decoder";
import { Problem } from "../problem";
import type { Accepted } from "../request/accept";
import type { Options } from "../request/options";
import type { Limits } from "../settings";
import { isOpaque, premultiply, unpremultiply } from "./alpha";
import { compose, WHITE } from "./compose";
import type { Format } from "./format";
import { plan } from "./geometry";
import { broken, type Header, readHeader } from "./header";
import { carryMetadata } from "./metadata";
import { orient, orientedSize, readOrientation, storedRectangle } from "./orientation";
import type { Pixels, Rectangle, Size } from "./pixels";
import { resample } from "./resample";
import { targetFormat } from "./target";

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: Format;
}

/** A Worker has 128 MB in all; `npm run bench:memory` shows what decoding takes of it. */
const COUNTS: Readonly<Record<Format, number>> = { jpeg: 1, webp: 1, png: 2, avif: 2 };

/** Memory that a decoder has before it has any picture, and what it may need for each pixel of one. */
const DECODER_BASE = 24 * 1024 * 1024;
const DECODER_BYTES_PER_PIXEL = 16;

/**
 * Makes the wanted picture of an original.
 *
 * @throws Problem 400, 413 or 415
 */
export async function transform(original: Uint8Array<ArrayBuffer>, options: Options, accepted: Accepted, limits: Limits): Promise<Encoded> {
  const header = readHeader(original);
  checkSourcePixels(header, limits);
  // AVIF says it in a way of its own (irot, imir), and its EXIF does not count.
  const orientation = header.format === "avif" ? 1 : readOrientation(original);
  const shown = orientedSize(header.size, orientation);
  const steps = plan(shown, options);
  checkTargetPixels(steps.canvas, limits);

  const part = storedRectangle(steps.crop, shown, orientation);
  const resized = orientedSize(steps.resized, orientation);
  const shrink = header.format === "jpeg" ? shrinkFor(part, resized) : 1;
  const decoded = await decodedPixels(original, header, shrink);
  const opaque = header.format === "jpeg" || isOpaque(decoded);
  if (!opaque) {
    premultiply(decoded);
  }
  let pixels = orient(resample(decoded, divided(part, shrink), resized), orientation);

  const padded = options.fit === "pad";
  const format = targetFormat(
    options.format,
    accepted,
    header.format,
    {
      pixels: steps.canvas.width * steps.canvas.height,
      opaque: opaque && (!padded || options.background === undefined || options.background.alpha === 255),
    },
    limits.autoAvifPixels,
  );
  const under = options.background ?? (padded || format === "jpeg" ? WHITE : undefined);
  if (under !== undefined && (!opaque || padded)) {
    pixels = compose(pixels, steps, under);
    if (format === "jpeg" && under.alpha !== 255) {
      pixels = compose(pixels, { ...steps, left: 0, top: 0 }, WHITE);
    }
  }
  if (options.blur > 0) {
    blurRGBA(pixels.data, pixels.width, pixels.height, options.blur);
  }
  unpremultiply(pixels);

  const bytes = await encodedPixels(pixels, format, options.quality);
  return {
    format,
    bytes: header.format === "jpeg" && format === "jpeg" ? carryMetadata(original, bytes, options.metadata) : bytes,
  };
}

async function encodedPixels(pixels: Pixels, format: Format, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await encode(pixels, format, quality);
  } catch (failure) {
    if (failure instanceof MemoryExceeded) {
      throw new Problem(
        400,
        "option",
        `${pixels.width}x${pixels.height} pixels as ${format} need more memory than there is`,
        "Ask for a smaller width, height or dpr, or for another format.",
      );
    }
    throw failure;
  }
}

/** A JPEG is decoded as small as can be without having to be enlarged after that, as libvips does (its "shrink on load"). */
function shrinkFor(part: Size, to: Size): Shrink {
  const most = Math.min(part.width / to.width, part.height / to.height);
  return most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
}

function divided({ left, top, width, height }: Rectangle, by: number): Rectangle {
  return { left: left / by, top: top / by, width: width / by, height: height / by };
}

async function decodedPixels(bytes: Uint8Array<ArrayBuffer>, { format, size }: Header, shrink: Shrink): Promise<Pixels> {
  let pixels: Pixels;
  try {
    if (format === "jpeg") {
      return decodeJpeg(bytes, size, shrink);
    }
    pixels = await decode(bytes, format, DECODER_BASE + 2 * bytes.length + DECODER_BYTES_PER_PIXEL * size.width * size.height);
  } catch (failure) {
    if (failure instanceof MemoryExceeded) {
      throw new Problem(
        413,
        "picture-too-large",
        `the ${format} picture needs more memory than its header's ${size.width}x${size.height} pixels may`,
        "Save it anew, smaller or in another format; its header may not say what it holds.",
      );
    }
    if (failure instanceof CodecFailure) {
      throw broken(format, failure.message || "its data is damaged");
    }
    throw failure;
  }
  if (pixels.width !== size.width || pixels.height !== size.height) {
    throw broken(format, `its header says ${size.width}x${size.height}, its data ${pixels.width}x${pixels.height}`);
  }
  return pixels;
}

function checkSourcePixels({ format, size: { width, height } }: Header, limits: Limits): void {
  const most = Math.floor(limits.sourcePixels / COUNTS[format]);
  if (width * height > most) {
    throw new Problem(
      413,
      "picture-too-large",
      `the original has ${width}x${height} pixels; of ${format} at most ${most} are decoded`,
      "Use a smaller original, or raise MAX_SOURCE_PIXELS.",
    );
  }
}

function checkTargetPixels({ width, height }: Size, limits: Limits): void {
  if (width * height > limits.targetPixels) {
    throw new Problem(
      400,
      "option",
      `the options ask for ${width}x${height} pixels; at most ${limits.targetPixels} are made`,
      "Ask for a smaller width, height or dpr, or raise MAX_TARGET_PIXELS.",
    );
  }
}

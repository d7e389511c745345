import { imageSize } from "image-size";
import { Problem } from "../problem";
import type { Format } from "./format";
import type { Size } from "./pixels";

export interface Header {
  readonly format: Format;
  /** As stored, before any orientation. */
  readonly size: Size;
}

/**
 * Format and size of a picture by its first bytes, so that nothing is decoded whose size is not known.
 *
 * @throws Problem 415
 */
export function readHeader(bytes: Uint8Array): Header {
  const format = sniff(bytes);
  if (format === undefined) {
    const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new Problem(
      415,
      "picture-kind",
      `a file that begins with [${start}] is no picture of a known kind`,
      "Ask for a JPEG, PNG, WebP or AVIF picture.",
    );
  }
  let size: Size;
  try {
    size = imageSize(bytes);
  } catch {
    throw broken(format, "its header cannot be read");
  }
  if (!(size.width > 0 && size.height > 0)) {
    throw broken(format, `its header says ${size.width}x${size.height}`);
  }
  return { format, size: { width: size.width, height: size.height } };
}

/** A picture whose bytes are not what they should be. */
export function broken(format: Format, fact: string): Problem {
  return new Problem(
    415,
    "picture-broken",
    `the ${format} picture cannot be decoded: ${fact}`,
    "Save it anew as a still picture in RGB; animations, CMYK and damaged files are not read.",
  );
}

function sniff(bytes: Uint8Array): Format | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  if (text.startsWith("\xff\xd8\xff")) {
    return "jpeg";
  }
  if (text.startsWith("\x89PNG\r\n\x1a\n")) {
    return "png";
  }
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") {
    return "webp";
  }
  return /^.{4}ftyp(avif|mif1)/s.test(text) ? "avif" : undefined;
}

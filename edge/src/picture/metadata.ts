import piexif from "piexifjs";
import type { Options } from "../request/options";

const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;

interface Segment {
  readonly marker: number;
  /** Without marker and length. */
  readonly content: Uint8Array;
}

/**
 * Carries metadata from one JPEG to another that was made of it. The colour profile always goes with it, since without it the
 * colours would be others.
 */
export function carryMetadata(from: Uint8Array, to: Uint8Array<ArrayBuffer>, wanted: Options["metadata"]): Uint8Array<ArrayBuffer> {
  const carried = segments(from).flatMap((segment): Segment[] => {
    const { marker, content } = segment;
    if (marker === APP2 && startsWith(content, "ICC_PROFILE\0")) {
      return [segment];
    }
    if (marker === APP1 && startsWith(content, "Exif\0\0") && wanted !== "none") {
      const exif = rewritten(content, wanted);
      return exif === undefined ? [] : [{ marker, content: exif }];
    }
    const other = marker === APP1 || marker === APP13 || marker === COMMENT;
    return other && wanted === "keep" ? [segment] : [];
  });
  // Behind the two bytes that begin a JPEG; a JFIF segment that follows may come later.
  const parts = [to.subarray(0, 2), ...carried.map(encoded), to.subarray(2)];
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** EXIF for a picture that is stored as it is shown; `undefined` when nothing of it is wanted. */
function rewritten(content: Uint8Array, wanted: "keep" | "copyright"): Uint8Array | undefined {
  const { Copyright, Orientation } = piexif.ImageIFD;
  try {
    const exif = piexif.load(binary(content));
    const image = exif["0th"] ?? {};
    if (wanted === "keep") {
      image[Orientation] = 1;
      return bytes(piexif.dump(exif));
    }
    return image[Copyright] === undefined ? undefined : bytes(piexif.dump({ "0th": { [Copyright]: image[Copyright] } }));
  } catch {
    // Damaged EXIF cannot be carried; the picture is worth more than it.
    return undefined;
  }
}

/** The segments before the picture's data. */
function segments(jpeg: Uint8Array): Segment[] {
  const found: Segment[] = [];
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1] as number;
    if (marker === START_OF_SCAN) {
      break;
    }
    const length = ((jpeg[at + 2] as number) << 8) | (jpeg[at + 3] as number);
    if (length < 2 || at + 2 + length > jpeg.length) {
      break;
    }
    found.push({ marker, content: jpeg.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
  return found;
}

function encoded({ marker, content }: Segment): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.of(0xff, marker, length >> 8, length & 0xff, ...content);
}

function startsWith(content: Uint8Array, text: string): boolean {
  return binary(content.subarray(0, text.length)) === text;
}

function binary(content: Uint8Array): string {
  return Array.from(content, (byte) => String.fromCharCode(byte)).join("");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

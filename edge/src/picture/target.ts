import type { Accepted } from "../request/accept";
import type { Options } from "../request/options";
import type { Format } from "./format";

/** Decides the format of an answer. */
export function targetFormat(
  wanted: Options["format"],
  accepted: Accepted,
  original: Format,
  picture: { readonly pixels: number; readonly opaque: boolean },
  autoAvifPixels: number,
): Format {
  if (wanted !== "auto") {
    return wanted === "same" ? original : wanted;
  }
  if (accepted.avif && picture.pixels <= autoAvifPixels) {
    return "avif";
  }
  if (accepted.webp) {
    return "webp";
  }
  // Who names neither of the newer formats gets one that everybody shows.
  return original === "jpeg" || (original !== "png" && picture.opaque) ? "jpeg" : "png";
}

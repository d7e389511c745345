import { type Pixels, words } from "./pixels";

/**
 * Multiplies the colours with their alpha, in place. Pixels that are mixed, by resizing or blurring, must be: else the colour
 * of what cannot be seen shines through.
 */
export function premultiply({ data }: Pixels): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha !== 255) {
      for (let channel = at; channel < at + 3; channel++) {
        data[channel] = ((data[channel] as number) * alpha) / 255;
      }
    }
  }
}

/** The inverse of {@link premultiply}, in place. */
export function unpremultiply({ data }: Pixels): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha !== 255 && alpha !== 0) {
      for (let channel = at; channel < at + 3; channel++) {
        data[channel] = ((data[channel] as number) * 255) / alpha;
      }
    }
  }
}

/** Whether every pixel hides what is behind it. */
export function isOpaque(pixels: Pixels): boolean {
  for (const word of words(pixels)) {
    if (word >>> 24 !== 255) {
      return false;
    }
  }
  return true;
}

import { lanczos } from "../codec/lanczos";
import { blank, type Pixels, type Rectangle, type Size, words } from "./pixels";

/** Sums of up to 16 by 16 values of 8 bits fit into 16 bits. */
const LARGEST_BOX = 16;

/** Lanczos gets at least this many times what it is to make: with less, the boxes would be seen. */
const LEFT_FOR_LANCZOS = 4;

/**
 * Brings a part of a picture to a size, with Lanczos3. What becomes very small is first averaged in boxes of whole pixels, since
 * Lanczos would need many rows at once.
 *
 * @param pixels premultiplied or opaque
 * @param part need not begin and end at whole pixels
 */
export function resample(pixels: Pixels, part: Rectangle, size: Size): Pixels {
  const boxWidth = box(part.width, size.width);
  const boxHeight = box(part.height, size.height);
  if (boxWidth > 1 || boxHeight > 1) {
    return resampleAveraged(pixels, part, size, boxWidth, boxHeight);
  }
  const whole = part.width === pixels.width && part.height === pixels.height;
  return whole && size.width === pixels.width && size.height === pixels.height ? pixels : lanczos(pixels, part, size);
}

function resampleAveraged(pixels: Pixels, part: Rectangle, size: Size, boxWidth: number, boxHeight: number): Pixels {
  const left = Math.floor(part.left);
  const top = Math.floor(part.top);
  const touched = {
    left,
    top,
    width: Math.min(pixels.width, Math.ceil(part.left + part.width)) - left,
    height: Math.min(pixels.height, Math.ceil(part.top + part.height)) - top,
  };
  const averaged = average(pixels, touched, boxWidth, boxHeight);
  const across = averaged.width / touched.width;
  const down = averaged.height / touched.height;
  const rest = {
    left: (part.left - left) * across,
    top: (part.top - top) * down,
    width: part.width * across,
    height: part.height * down,
  };
  return lanczos(averaged, rest, size);
}

function box(from: number, to: number): number {
  return Math.min(LARGEST_BOX, Math.max(1, Math.floor(from / (to * LEFT_FOR_LANCZOS))));
}

/**
 * The mean of each box. Where a side is no multiple of the box some boxes are a pixel smaller, evenly spread, so that nothing is
 * stretched or left out.
 */
function average(pixels: Pixels, part: Rectangle, boxWidth: number, boxHeight: number): Pixels {
  const columns = bounds(part.left, part.width, boxWidth);
  const rows = bounds(part.top, part.height, boxHeight);
  const result = blank(columns.length - 1, rows.length - 1);
  const from = words(pixels);
  const to = words(result);
  for (let y = 0, at = 0; y < result.height; y++) {
    const [top, bottom] = [rows[y] as number, rows[y + 1] as number];
    for (let x = 0; x < result.width; x++) {
      const [left, right] = [columns[x] as number, columns[x + 1] as number];
      // Two channels to a number: red and blue, green and alpha.
      let even = 0;
      let odd = 0;
      for (let row = top; row < bottom; row++) {
        const start = row * pixels.width;
        for (let i = start + left; i < start + right; i++) {
          const word = from[i] as number;
          even += word & 0xff00ff;
          odd += (word >>> 8) & 0xff00ff;
        }
      }
      const count = (bottom - top) * (right - left);
      const half = count >> 1;
      to[at++] =
        ((((even & 0xffff) + half) / count) & 0xff) |
        (((((odd & 0xffff) + half) / count) & 0xff) << 8) |
        (((((even >>> 16) + half) / count) & 0xff) << 16) |
        (((((odd >>> 16) + half) / count) & 0xff) << 24);
    }
  }
  return result;
}

/** Where boxes of at most a size begin, and where the last one ends. */
function bounds(start: number, length: number, box: number): Int32Array {
  const count = Math.ceil(length / box);
  return Int32Array.from({ length: count + 1 }, (_, i) => start + Math.round((i * length) / count));
}

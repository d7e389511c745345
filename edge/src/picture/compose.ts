import type { Colour } from "../request/options";
import type { Plan } from "./geometry";
import { blank, type Pixels } from "./pixels";

export const WHITE: Colour = { red: 255, green: 255, blue: 255, alpha: 255 };

/** The picture on a canvas of one colour, which is seen beside it and through it. The picture is premultiplied, and so is the result. */
export function compose(pixels: Pixels, { canvas, left, top }: Plan, under: Colour): Pixels {
  const result = blank(canvas.width, canvas.height);
  const ground = [under.red, under.green, under.blue, 255].map((value) => (value * under.alpha) / 255);
  for (let at = 0; at < result.data.length; at++) {
    result.data[at] = ground[at & 3] as number;
  }
  for (let y = 0; y < pixels.height; y++) {
    const from = y * pixels.width * 4;
    const to = ((y + top) * canvas.width + left) * 4;
    for (let at = 0; at < pixels.width * 4; at++) {
      const alpha = pixels.data[from + (at | 3)] as number;
      result.data[to + at] = (pixels.data[from + at] as number) + ((ground[at & 3] as number) * (255 - alpha)) / 255;
    }
  }
  return result;
}

import sharp from "sharp";
import { ssim } from "ssim.js";

/**
 * A picture with the statistics of a photo, the same at every call: discs of all sizes over one another ("dead leaves", Lee, Mumford
 * and Huang, 2001) with soft shades and the noise of a sensor.
 */
export async function photo(width: number, height: number): Promise<sharp.Sharp> {
  let state = 1;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const smallest = 6;
  const largest = Math.min(width, height) / 4;
  const discs = Array.from({ length: 4000 }, () => {
    // Radii by an inverse cube, as objects have that are seen from all distances.
    const radius = (smallest ** -2 - chance() * (smallest ** -2 - largest ** -2)) ** -0.5;
    const [hue, shade] = [Math.floor(chance() * 60 + (chance() < 0.5 ? 20 : 190)), Math.floor(chance() * 70 + 15)];
    return `<circle cx="${(chance() * width).toFixed(1)}" cy="${(chance() * height).toFixed(1)}" r="${radius.toFixed(1)}" fill="hsl(${hue},40%,${shade}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="light" x2="1" y2="1">
    <stop stop-color="#fff" stop-opacity=".35"/><stop offset="1" stop-color="#004" stop-opacity=".35"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="#89a"/>${discs.join("")}<rect width="100%" height="100%" fill="url(#light)"/></svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).blur(0.7).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at++) {
    data[at] = Math.max(0, Math.min(255, (data[at] as number) + (chance() + chance() + chance() - 1.5) * 8));
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
}

export const RED = { r: 255, g: 0, b: 0 };
export const GREEN = { r: 0, g: 255, b: 0 };
export const BLUE = { r: 0, g: 0, b: 255 };
export const YELLOW = { r: 255, g: 255, b: 0 };

/** Four quarters: red and green above, blue and yellow below. */
export function quarters(width: number, height: number): sharp.Sharp {
  const quarter = { width: width / 2, height: height / 2, channels: 3 as const };
  const part = (background: sharp.Color, left: number, top: number): sharp.OverlayOptions => ({
    input: { create: { ...quarter, background } },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: "black" } }).composite([
    part(RED, 0, 0),
    part(GREEN, width / 2, 0),
    part(BLUE, 0, height / 2),
    part(YELLOW, width / 2, height / 2),
  ]);
}

export interface Seen {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of the pixel at a place between 0 and 1. */
  at(x: number, y: number): number[];
  /** Structural similarity (SSIM) to a picture of the same size, as RGBA; 1 for the same. */
  similarity(other: Uint8Array): number;
}

/** Looks at a picture with another decoder than the worker's. */
export async function look(response: { arrayBuffer(): Promise<ArrayBuffer> }): Promise<Seen> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const { format, compression } = await sharp(bytes).metadata();
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    format: format === "heif" ? `${compression === "av1" ? "avif" : compression}` : `${format}`,
    width: info.width,
    height: info.height,
    at(x, y) {
      const start = (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * 4;
      return [...data.subarray(start, start + 4)];
    },
    similarity(other) {
      const image = (pixels: Uint8Array) => ({ data: new Uint8ClampedArray(pixels), width: info.width, height: info.height });
      return ssim(image(data) as ImageData, image(other) as ImageData).mssim;
    },
  };
}

import type { Fit } from "../request/options";
import type { Rectangle, Size } from "./pixels";

/** What is taken of the original, to which size it is brought, and where that lies on the answer. */
export interface Plan {
  readonly crop: Rectangle;
  readonly resized: Size;
  readonly canvas: Size;
  readonly left: number;
  readonly top: number;
}

/** What is wanted: a box, or one of its sides, and how to fit into it. */
export interface Wanted {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fit: Fit;
}

/** Pure arithmetic; sizes are those of the shown picture. What is cut away is cut equally from both sides. */
export function plan(original: Size, wanted: Wanted): Plan {
  const whole = { left: 0, top: 0, width: original.width, height: original.height };
  const across = wanted.width === undefined ? undefined : wanted.width / original.width;
  const down = wanted.height === undefined ? undefined : wanted.height / original.height;
  if (across === undefined || down === undefined) {
    // With one side there is no box to fill or to cut to: only whether the picture may grow.
    const scale = across ?? down ?? 1;
    return uncropped(whole, wanted.fit === "scale-down" || wanted.fit === "crop" ? Math.min(1, scale) : scale);
  }
  const inside = Math.min(across, down);
  const filling = Math.max(across, down);
  const box = { width: wanted.width as number, height: wanted.height as number };
  switch (wanted.fit) {
    case "scale-down":
      return uncropped(whole, Math.min(1, inside));
    case "contain":
      return uncropped(whole, inside);
    case "cover":
      return cropped(original, box, filling);
    case "crop":
      return cropped(original, box, Math.min(1, filling));
    case "pad": {
      const { resized } = uncropped(whole, inside);
      return {
        crop: whole,
        resized,
        canvas: box,
        left: Math.floor((box.width - resized.width) / 2),
        top: Math.floor((box.height - resized.height) / 2),
      };
    }
  }
}

function uncropped(crop: Rectangle, scale: number): Plan {
  const resized = { width: scaled(crop.width, scale), height: scaled(crop.height, scale) };
  return { crop, resized, canvas: resized, left: 0, top: 0 };
}

function cropped(original: Size, box: Size, scale: number): Plan {
  // A picture that is smaller than the box on one side keeps that side.
  const resized = {
    width: Math.min(box.width, scaled(original.width, scale)),
    height: Math.min(box.height, scaled(original.height, scale)),
  };
  const width = Math.min(original.width, scaled(resized.width, 1 / scale));
  const height = Math.min(original.height, scaled(resized.height, 1 / scale));
  const crop = {
    left: Math.floor((original.width - width) / 2),
    top: Math.floor((original.height - height) / 2),
    width,
    height,
  };
  return { crop, resized, canvas: resized, left: 0, top: 0 };
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}

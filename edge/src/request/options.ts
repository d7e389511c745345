import { colord, extend } from "colord";
import names from "colord/plugins/names";
import type { Format } from "../picture/format";
import { Problem, shown } from "../problem";

extend([names]);

export const FITS = ["scale-down", "contain", "cover", "crop", "pad"] as const;
export type Fit = (typeof FITS)[number];

const FORMATS = ["auto", "avif", "webp", "jpeg", "png"] as const;
const METADATA = ["keep", "copyright", "none"] as const;

/** A colour; each part from 0 to 255. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** What is to become of a picture. Width and height are in pixels of the answer: a `dpr` is in them already. */
export interface Options {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fit: Fit;
  readonly quality: number;
  /** `same` is the original's format. */
  readonly format: Format | "auto" | "same";
  readonly background: Colour | undefined;
  /** Radius in pixels; 0 for none. */
  readonly blur: number;
  readonly metadata: (typeof METADATA)[number];
}

const LARGEST_SIDE = 10_000;
const KNOWN = ["width", "height", "fit", "quality", "format", "dpr", "background", "blur", "metadata"] as const;
type Name = (typeof KNOWN)[number];
const SHORT: Readonly<Record<string, Name>> = { w: "width", h: "height", q: "quality", f: "format" };

/**
 * Reads `width=500,fit=cover`.
 *
 * @throws Problem 400 that names the option and its value
 */
export function parseOptions(text: string): Options {
  const given = new Map<Name, string>();
  // A comma within brackets belongs to a colour.
  for (const part of text.split(/,(?![^(]*\))/)) {
    const [key, value] = keyAndValue(part);
    if (given.has(key)) {
      throw wrong(key, value, "one value, not two");
    }
    given.set(key, value);
  }
  const number = <T>(name: Name, otherwise: T, least: number, most: number, pattern = /^\d{1,5}$/): number | T => {
    const value = given.get(name);
    if (value === undefined) {
      return otherwise;
    }
    const parsed = pattern.test(value) ? Number(value) : Number.NaN;
    if (!(parsed >= least && parsed <= most)) {
      throw wrong(name, value, `${pattern.source.includes(".") ? "a number" : "a whole number"} from ${least} to ${most}`);
    }
    return parsed;
  };
  const word = <T extends string, D>(name: Name, words: readonly T[], otherwise: D): T | D => {
    const value = given.get(name);
    const found = words.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) {
      throw wrong(name, value, words.join(", "));
    }
    return found ?? otherwise;
  };
  const dpr = number("dpr", 1, 0.1, 4, /^\d(\.\d{1,2})?$/);
  const side = (name: "width" | "height"): number | undefined => {
    const value = number(name, undefined, 1, LARGEST_SIDE);
    if (value === undefined) {
      return undefined;
    }
    const pixels = Math.max(1, Math.round(value * dpr));
    if (pixels > LARGEST_SIDE) {
      throw wrong("dpr", String(dpr), `at most ${LARGEST_SIDE} pixels when multiplied with ${name}=${value}`);
    }
    return pixels;
  };
  return {
    width: side("width"),
    height: side("height"),
    fit: word("fit", FITS, "scale-down"),
    quality: number("quality", 85, 1, 100),
    format: word("format", FORMATS, "same"),
    background: colour(given.get("background")),
    blur: number("blur", 0, 1, 250),
    metadata: word("metadata", METADATA, "copyright"),
  };
}

/** One text for all ways to write the same options; defaults are left out. */
export function normalised(options: Options): string {
  const { background } = options;
  const parts = [
    options.width === undefined ? "" : `width=${options.width}`,
    options.height === undefined ? "" : `height=${options.height}`,
    // Without a size there is nothing to fit.
    options.fit === "scale-down" || (options.width ?? options.height) === undefined ? "" : `fit=${options.fit}`,
    options.quality === 85 ? "" : `quality=${options.quality}`,
    options.format === "same" ? "" : `format=${options.format}`,
    background === undefined ? "" : `background=rgb(${background.red} ${background.green} ${background.blue} / ${background.alpha / 255})`,
    options.blur === 0 ? "" : `blur=${options.blur}`,
    options.metadata === "copyright" ? "" : `metadata=${options.metadata}`,
  ];
  return parts.filter((part) => part !== "").join(",") || "quality=85";
}

function keyAndValue(part: string): [Name, string] {
  const equals = part.indexOf("=");
  const written = equals < 0 ? part : part.slice(0, equals);
  const key = SHORT[written] ?? KNOWN.find((name) => name === written);
  if (key === undefined) {
    throw new Problem(400, "option", `[${shown(written)}] is no option`, `Use ${KNOWN.join(", ")}.`);
  }
  try {
    return [key, equals < 0 ? "" : decodeURIComponent(part.slice(equals + 1))];
  } catch {
    throw wrong(key, part.slice(equals + 1), "text whose percent signs are encoded as %25");
  }
}

function colour(text: string | undefined): Colour | undefined {
  if (text === undefined) {
    return undefined;
  }
  const parsed = colord(text);
  if (!parsed.isValid()) {
    throw wrong("background", text, "a CSS colour such as white, %23ff8800 or rgb(255 136 0)");
  }
  const { r, g, b, a } = parsed.toRgb();
  return { red: r, green: g, blue: b, alpha: Math.round(a * 255) };
}

function wrong(name: Name, value: string, expected: string): Problem {
  return new Problem(400, "option", `[${name}] is [${shown(value)}]; expected ${expected}`, "Correct the option in the address.");
}

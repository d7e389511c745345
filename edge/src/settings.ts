import { Problem, shown } from "./problem";
import { type AllowedHost, parseAllowedHosts } from "./source/policy";

/** What the person who deploys the worker decides; the variables of wrangler.jsonc as they arrive. */
export type Variables = Readonly<Record<string, unknown>>;

export interface Limits {
  /** Bytes of an original. */
  readonly sourceBytes: number;
  /** Pixels of an original; those of a format whose decoder needs twice the memory count twice. */
  readonly sourcePixels: number;
  /** Pixels of an answer. */
  readonly targetPixels: number;
  /** Pixels of an answer that `format=auto` still encodes as AVIF, which takes several times the processor time of WebP. */
  readonly autoAvifPixels: number;
}

export interface Settings {
  readonly allowedHosts: readonly AllowedHost[];
  readonly pathPrefixes: readonly string[];
  readonly limits: Limits;
  readonly redirects: number;
  /** Milliseconds for an original, redirects and body included. */
  readonly sourceTimeout: number;
  /** Seconds for which an answer is fresh when its original says nothing. */
  readonly freshSeconds: number;
  /** Seconds after that in which it is still served while it is made anew. */
  readonly staleSeconds: number;
}

/** @throws Problem 500 that names the variable */
export function readSettings(variables: Variables): Settings {
  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const given = variables[name];
    if (given === undefined || given === "") {
      return otherwise;
    }
    const value = Number(given);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw wrong(name, String(given), `a whole number from ${least} to ${most}`);
    }
    return value;
  };
  const list = (name: string, otherwise: string): string[] => {
    const given = variables[name] ?? otherwise;
    if (typeof given !== "string") {
      throw wrong(name, JSON.stringify(given), "text with commas between its parts");
    }
    return given
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  };
  const pathPrefixes = list("PATH_PREFIXES", "/cdn-cgi/image,/image");
  for (const prefix of pathPrefixes) {
    if (!/^(\/[\w.-]+)+$/.test(prefix)) {
      throw wrong("PATH_PREFIXES", prefix, "paths such as /image");
    }
  }
  return {
    allowedHosts: parseAllowedHosts(list("ALLOWED_HOSTS", ""), (host) =>
      wrong("ALLOWED_HOSTS", host, "hosts such as images.example.com, *.example.com or http://old.example.com:8080"),
    ),
    pathPrefixes,
    limits: {
      sourceBytes: number("MAX_SOURCE_BYTES", 10_000_000, 1, 50_000_000),
      sourcePixels: number("MAX_SOURCE_PIXELS", 4_000_000, 1, 100_000_000),
      targetPixels: number("MAX_TARGET_PIXELS", 4_000_000, 1, 25_000_000),
      autoAvifPixels: number("AUTO_AVIF_PIXELS", 500_000, 0, 25_000_000),
    },
    redirects: number("MAX_REDIRECTS", 3, 0, 10),
    sourceTimeout: number("SOURCE_TIMEOUT_MS", 10_000, 1, 60_000),
    freshSeconds: number("FRESH_SECONDS", 86_400, 0, 31_536_000),
    staleSeconds: number("STALE_SECONDS", 604_800, 0, 31_536_000),
  };
}

function wrong(name: string, value: string, expected: string): Problem {
  return new Problem(
    500,
    "setting",
    `the variable ${name} is [${shown(value)}]; expected ${expected}`,
    "Correct it in wrangler.jsonc and deploy the worker again.",
  );
}

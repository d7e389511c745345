/** For how long an answer may be kept: seconds as fresh, and seconds after that in which it is served while made anew. */
export interface Freshness {
  readonly fresh: number;
  readonly stale: number;
}

/**
 * What the original's Cache-Control says, less what its Age says of it is over, else the defaults; `undefined` when nobody may
 * keep it.
 */
export function freshness(cacheControl: string, age: string, otherwise: Freshness): Freshness | undefined {
  const directives = new Map(
    cacheControl
      .toLowerCase()
      .split(",")
      .map((part) => part.trim().split("=", 2))
      .map(([name = "", value = ""]) => [name, value.replaceAll('"', "")]),
  );
  if (["no-store", "private", "no-cache"].some((name) => directives.has(name))) {
    return undefined;
  }
  const lifetime = directives.get("s-maxage") ?? directives.get("max-age") ?? "";
  const strict = directives.has("must-revalidate") || directives.has("proxy-revalidate");
  return {
    fresh: isSeconds(lifetime) ? Math.max(0, Number(lifetime) - (isSeconds(age) ? Number(age) : 0)) : otherwise.fresh,
    stale: strict ? 0 : otherwise.stale,
  };
}

function isSeconds(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

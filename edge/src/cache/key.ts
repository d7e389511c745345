import type { Accepted } from "../request/accept";
import { normalised, type Options } from "../request/options";

/**
 * The address under which an answer is kept: one for all ways to write the same request. With `format=auto` what the client
 * accepts belongs to it, reduced to what it changes.
 */
export function cacheKey(asked: URL, source: URL, options: Options, accepted: Accepted): string {
  const shows = options.format === "auto" ? [accepted.avif ? "avif" : "", accepted.webp ? "webp" : ""].filter((name) => name !== "") : [];
  return `${asked.origin}/picture/${normalised(options)},shows=${shows.join("+")}/${encodeURIComponent(source.href)}`;
}

import { answer } from "./answer";
import { isSpent, type Kept, keep, kept, secondsLeft } from "./cache/kept";
import { cacheKey } from "./cache/key";
import { transform } from "./picture/transform";
import { Problem } from "./problem";
import { type Accepted, parseAccept } from "./request/accept";
import { parseAddress } from "./request/address";
import { type Options, parseOptions } from "./request/options";
import type { Settings } from "./settings";
import { fetchOriginal, type Original, VIA } from "./source/fetch";
import { checkSource } from "./source/policy";

/** What a request may use of the platform. */
export interface Platform {
  readonly cache: Cache;
  /** Lets work go on after the answer has been sent. */
  waitUntil(work: Promise<unknown>): void;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Job {
  readonly source: URL;
  readonly options: Options;
  readonly accepted: Accepted;
  readonly key: string;
}

/** Whoever finds a stale answer makes it anew; for so many seconds the others take it for fresh. */
const REFRESH_LEASE = 30;

/**
 * Answers one request.
 *
 * @throws Problem
 */
export async function handle(request: Request, settings: Settings, platform: Platform): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new Problem(405, "method", `[${request.method}] is not answered`, "Use GET or HEAD.", { allow: "GET, HEAD" });
  }
  if (request.headers.get("via")?.includes(VIA)) {
    throw new Problem(403, "source-loop", "this worker was asked by a worker like it", "Ask for the original picture.");
  }
  const asked = new URL(request.url);
  const { options: text, source } = parseAddress(asked, settings.pathPrefixes);
  const options = parseOptions(text);
  checkSource(source, settings.allowedHosts);
  const accepted = parseAccept(request.headers.get("accept") ?? "");
  const job = { source, options, accepted, key: cacheKey(asked, source, options, accepted) };
  const varies = options.format === "auto";

  const found = await platform.cache.match(job.key);
  const now = platform.now();
  const held = found === undefined ? undefined : await kept(found);
  if (held !== undefined && !isSpent(held, now)) {
    const left = secondsLeft(held, now);
    if (left > 0) {
      return answer(request, held, "hit", varies, clientCache(left, held.freshness.stale));
    }
    await platform.cache.put(job.key, keep({ ...held, leased: now + REFRESH_LEASE * 1000 }, now));
    platform.waitUntil(refresh(job, held, settings, platform));
    return answer(request, held, "hit; detail=stale", varies, clientCache(0, held.freshness.stale));
  }
  const original = await fetchOriginal(source, settings);
  if (!original.changed) {
    throw new Error("an original that nobody had was not sent");
  }
  const picture = await made(job, original, settings, platform);
  if (original.freshness === undefined) {
    return answer(request, picture, "fwd=miss", varies, "no-store");
  }
  platform.waitUntil(platform.cache.put(job.key, keep(picture, platform.now())));
  return answer(request, picture, "fwd=miss; stored", varies, clientCache(picture.freshness.fresh, picture.freshness.stale));
}

/** Makes a stale answer fresh again. When that fails it stays as it is, unless the original is gone. */
async function refresh(job: Job, stale: Kept, settings: Settings, platform: Platform): Promise<void> {
  try {
    const original = await fetchOriginal(job.source, settings, stale.validators);
    if (original.freshness === undefined) {
      await platform.cache.delete(job.key);
    } else if (original.changed) {
      await platform.cache.put(job.key, keep(await made(job, original, settings, platform), platform.now()));
    } else {
      await platform.cache.put(job.key, keep({ ...stale, since: platform.now(), freshness: original.freshness }, platform.now()));
    }
  } catch (failure) {
    if (failure instanceof Problem && failure.code === "source-missing") {
      await platform.cache.delete(job.key);
    }
  }
}

async function made(
  { options, accepted }: Job,
  original: Extract<Original, { changed: true }>,
  settings: Settings,
  platform: Platform,
): Promise<Kept> {
  const picture = await transform(original.bytes, options, accepted, settings.limits);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", picture.bytes));
  return {
    picture,
    etag: `"${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`,
    since: platform.now(),
    leased: 0,
    freshness: original.freshness ?? { fresh: 0, stale: 0 },
    validators: original.validators,
  };
}

function clientCache(fresh: number, stale: number): string {
  return `public, max-age=${fresh}${stale > 0 ? `, stale-while-revalidate=${stale}` : ""}`;
}

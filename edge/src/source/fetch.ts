import { Problem, shown } from "../problem";
import type { Settings } from "../settings";
import { type Freshness, freshness } from "./freshness";
import { checkSource } from "./policy";

/** What says whether an original has changed. */
export interface Validators {
  readonly etag: string;
  readonly lastModified: string;
}

export type Original =
  | { readonly changed: false; readonly freshness: Freshness | undefined }
  | {
      readonly changed: true;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly validators: Validators;
      readonly freshness: Freshness | undefined;
    };

/** Sent with every request for an original, so that a worker which is asked by another one notices. */
export const VIA = "1.1 relevo-edge";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches an original, following redirects only to where pictures may come from.
 *
 * @param known when given, an original that has not changed since is not sent again
 * @throws Problem 403, 404, 413, 415, 502 or 504
 */
export async function fetchOriginal(source: URL, settings: Settings, known?: Validators): Promise<Original> {
  const signal = AbortSignal.timeout(settings.sourceTimeout);
  try {
    const response = await follow(source, settings, signal, known);
    const kept = freshness(response.headers.get("cache-control") ?? "", response.headers.get("age") ?? "", {
      fresh: settings.freshSeconds,
      stale: settings.staleSeconds,
    });
    if (response.status === 304 && known !== undefined) {
      return { changed: false, freshness: kept };
    }
    checkAnswer(response, source);
    return {
      changed: true,
      bytes: await body(response, settings.limits.sourceBytes),
      validators: {
        etag: response.headers.get("etag") ?? "",
        lastModified: response.headers.get("last-modified") ?? "",
      },
      freshness: kept,
    };
  } catch (failure) {
    if (failure instanceof Problem) {
      throw failure;
    }
    if (signal.aborted) {
      throw new Problem(
        504,
        "source-late",
        `[${shown(source.host)}] did not send the picture within ${settings.sourceTimeout} ms`,
        "Try again; if it stays slow, raise SOURCE_TIMEOUT_MS.",
      );
    }
    throw new Problem(502, "source-failed", `[${shown(source.host)}] cannot be reached`, "Look whether the host answers.");
  }
}

async function follow(source: URL, settings: Settings, signal: AbortSignal, known: Validators | undefined): Promise<Response> {
  const headers = new Headers({ accept: "image/avif,image/webp,image/png,image/jpeg,*/*;q=0.1", via: VIA });
  if (known?.etag) {
    headers.set("if-none-match", known.etag);
  } else if (known?.lastModified) {
    headers.set("if-modified-since", known.lastModified);
  }
  let at = source;
  for (let left = settings.redirects; ; left--) {
    checkSource(at, settings.allowedHosts);
    const response = await fetch(at.href, { headers, redirect: "manual", signal });
    if (!REDIRECTS.has(response.status)) {
      return response;
    }
    await response.body?.cancel();
    const location = response.headers.get("location") ?? "";
    if (location === "" || !URL.canParse(location, at.href)) {
      throw new Problem(502, "source-failed", `[${shown(at.host)}] redirects to [${shown(location)}]`, "Correct the redirect.");
    }
    if (left === 0) {
      throw new Problem(
        502,
        "source-redirects",
        `[${shown(source.host)}] redirects more than ${settings.redirects} times`,
        "Ask for the address where the picture is.",
      );
    }
    at = new URL(location, at);
  }
}

function checkAnswer(response: Response, source: URL): void {
  if (response.status === 404 || response.status === 410) {
    throw new Problem(
      404,
      "source-missing",
      `[${shown(source.host)}] has no [${shown(source.pathname)}]`,
      "Correct the picture's address.",
    );
  }
  if (response.status !== 200) {
    throw new Problem(
      502,
      "source-failed",
      `[${shown(source.host)}] answered ${response.status}`,
      "Ask for the picture itself; it must answer 200.",
    );
  }
  const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "" && !type.startsWith("image/") && !type.endsWith("/octet-stream")) {
    throw new Problem(415, "picture-kind", `[${shown(source.host)}] sent [${shown(type)}]`, "Ask for a JPEG, PNG, WebP or AVIF picture.");
  }
}

/** The body, as long as it is not longer than allowed: what a length header says need not be true. */
async function body(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > limit) {
    await response.body?.cancel();
    throw tooLarge(`${announced} bytes`, limit);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) {
      throw tooLarge("more", limit);
    }
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function tooLarge(size: string, limit: number): Problem {
  return new Problem(
    413,
    "source-too-large",
    `the original has ${size}; at most ${limit} bytes are read`,
    "Use a smaller original, or raise MAX_SOURCE_BYTES.",
  );
}

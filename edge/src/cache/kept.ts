import type { Encoded } from "../picture/transform";
import type { Validators } from "../source/fetch";
import type { Freshness } from "../source/freshness";

/** An answer as it is kept, with what is needed to say how old it is and to ask whether its original has changed. */
export interface Kept {
  readonly picture: Encoded;
  readonly etag: string;
  /** When it was made, or found unchanged; milliseconds since 1970. */
  readonly since: number;
  /** Until when somebody makes it anew, and the others take it for fresh; milliseconds since 1970. */
  readonly leased: number;
  readonly freshness: Freshness;
  readonly validators: Validators;
}

const NAMES = {
  format: "x-edge-format",
  since: "x-edge-since",
  leased: "x-edge-leased",
  fresh: "x-edge-fresh",
  stale: "x-edge-stale",
  sourceEtag: "x-edge-source-etag",
  sourceModified: "x-edge-source-modified",
} as const;

export function keep({ picture, etag, since, leased, freshness, validators }: Kept, now: number): Response {
  return new Response(picture.bytes, {
    headers: {
      // For as long as it may be served at all; whether it is still fresh is decided here.
      "cache-control": `public, max-age=${Math.max(0, freshness.fresh + freshness.stale - seconds(now - since))}`,
      etag,
      [NAMES.format]: picture.format,
      [NAMES.since]: String(since),
      [NAMES.leased]: String(leased),
      [NAMES.fresh]: String(freshness.fresh),
      [NAMES.stale]: String(freshness.stale),
      [NAMES.sourceEtag]: validators.etag,
      [NAMES.sourceModified]: validators.lastModified,
    },
  });
}

export async function kept(response: Response): Promise<Kept> {
  const header = (name: string): string => response.headers.get(name) ?? "";
  return {
    picture: {
      bytes: new Uint8Array(await response.arrayBuffer()),
      format: header(NAMES.format) as Encoded["format"],
    },
    etag: header("etag"),
    since: Number(header(NAMES.since)),
    leased: Number(header(NAMES.leased)),
    freshness: { fresh: Number(header(NAMES.fresh)), stale: Number(header(NAMES.stale)) },
    validators: { etag: header(NAMES.sourceEtag), lastModified: header(NAMES.sourceModified) },
  };
}

/** Seconds for which it is to be taken for fresh; not above 0 when it is stale. */
export function secondsLeft({ since, leased, freshness }: Kept, now: number): number {
  return Math.max(freshness.fresh - seconds(now - since), seconds(leased - now));
}

/** Whether it is too old to be served at all. */
export function isSpent({ since, freshness }: Kept, now: number): boolean {
  return seconds(now - since) > freshness.fresh + freshness.stale;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

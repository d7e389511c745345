import type { Kept } from "./cache/kept";

/** How the cache took part, for the header Cache-Status (RFC 9211). */
export type CacheStatus = "hit" | "hit; detail=stale" | "fwd=miss; stored" | "fwd=miss";

/** What a client gets of a picture: all of it, its headers only (HEAD), or that it has it already (If-None-Match). */
export function answer(request: Request, picture: Kept, status: CacheStatus, varies: boolean, clientCache: string): Response {
  const headers = new Headers({
    "content-type": `image/${picture.picture.format}`,
    "cache-control": clientCache,
    "cache-status": `relevo-edge; ${status}`,
    etag: picture.etag,
    "x-content-type-options": "nosniff",
  });
  if (varies) {
    headers.set("vary", "Accept");
  }
  if (has(request.headers.get("if-none-match") ?? "", picture.etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-length", String(picture.picture.bytes.length));
  return new Response(request.method === "HEAD" ? null : picture.picture.bytes, { headers });
}

/** Weak comparison (RFC 9110, 13.1.2): what a proxy compressed is still the same picture. */
function has(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

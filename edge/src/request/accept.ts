import Negotiator from "negotiator";

/** Which of the two newer formats a client says it shows. */
export interface Accepted {
  readonly avif: boolean;
  readonly webp: boolean;
}

/** Reads an Accept header. Only a format that is named counts: a client that takes anything often shows less than that. */
export function parseAccept(header: string): Accepted {
  const named = new Negotiator({ headers: { accept: header.toLowerCase() } }).mediaTypes();
  return { avif: named.includes("image/avif"), webp: named.includes("image/webp") };
}

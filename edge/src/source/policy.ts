import ipaddr from "ipaddr.js";
import { Problem, shown } from "../problem";

/** A host from which pictures may come. */
export interface AllowedHost {
  readonly protocol: string;
  readonly hostname: string;
  /** Whether this stands for every name below the hostname, and not for the hostname itself. */
  readonly below: boolean;
  readonly port: string;
}

/** Names that lead into somebody's own network: RFC 6761, RFC 6762, RFC 8375, and what clouds give their machines. */
const PRIVATE_NAMES = ["localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid", "onion", "arpa"];

/** Reads `host`, `*.host`, each with a port or a scheme if it is not https. */
export function parseAllowedHosts(entries: readonly string[], wrong: (entry: string) => Problem): AllowedHost[] {
  return entries.map((entry) => {
    const match = /^(?:(https?):\/\/)?(\*\.)?([^/*@?#]+)$/i.exec(entry);
    const address = `${match?.[1] ?? "https"}://${match?.[3]}`;
    if (match === null || !URL.canParse(address)) {
      throw wrong(entry);
    }
    const { protocol, hostname, port } = new URL(address);
    return { protocol, hostname, below: match[2] !== undefined, port };
  });
}

/**
 * Lets an address pass from which a picture may be fetched; redirects are asked too.
 *
 * @throws Problem 400 or 403
 */
export function checkSource(source: URL, allowed: readonly AllowedHost[]): void {
  if (source.protocol !== "https:" && source.protocol !== "http:") {
    throw new Problem(
      400,
      "source-address",
      `[${shown(source.href)}] is neither https nor http`,
      "Give an address that begins with https://.",
    );
  }
  if (source.username !== "" || source.password !== "") {
    throw new Problem(400, "source-address", "the picture's address holds a login", "Give an address without one.");
  }
  const hostname = source.hostname.replace(/\.$/, "");
  if (isPrivate(hostname)) {
    throw new Problem(
      403,
      "source-private",
      `[${shown(hostname)}] is not an address of the public internet`,
      "Give a picture on a public host.",
    );
  }
  if (!allowed.some((host) => matches(host, source, hostname))) {
    throw new Problem(
      403,
      "source-host",
      `pictures from [${shown(source.origin)}] are not allowed`,
      allowed.length === 0
        ? "Name the hosts in the worker's variable ALLOWED_HOSTS."
        : "Add the host to the worker's variable ALLOWED_HOSTS.",
    );
  }
}

function matches(host: AllowedHost, source: URL, hostname: string): boolean {
  return (
    host.protocol === source.protocol &&
    host.port === source.port &&
    (host.below ? hostname.endsWith(`.${host.hostname}`) : hostname === host.hostname)
  );
}

/** The URL parser has brought every spelling of an IPv4 address (hexadecimal, octal, one number) into the usual one. */
function isPrivate(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(literal)) {
    return ipaddr.parse(literal).range() !== "unicast";
  }
  return !hostname.includes(".") || PRIVATE_NAMES.some((name) => hostname.endsWith(`.${name}`));
}

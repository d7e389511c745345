import { Problem, shown } from "../problem";

/** A request's address taken apart: `<prefix>/<options>/<source>`. */
export interface Address {
  readonly options: string;
  readonly source: URL;
}

/**
 * The source may be written as it is, `https://host/a.jpg?v=2` with a query of its own; percent-encoded as a whole; or as a
 * path, which is then one on the host that was asked.
 *
 * @throws Problem 404 or 400
 */
export function parseAddress(asked: URL, prefixes: readonly string[]): Address {
  const prefix = prefixes.find((candidate) => asked.pathname.startsWith(`${candidate}/`));
  if (prefix === undefined) {
    throw new Problem(
      404,
      "path",
      `there is nothing at [${shown(asked.pathname)}]`,
      `Ask for ${prefixes[0] ?? ""}/width=500/https://host/picture.jpg.`,
    );
  }
  const rest = asked.pathname.slice(prefix.length + 1);
  const slash = rest.indexOf("/");
  const options = slash < 0 ? rest : rest.slice(0, slash);
  const written = slash < 0 ? "" : rest.slice(slash + 1);
  if (options === "" || written === "") {
    throw new Problem(
      400,
      "source-address",
      `[${shown(asked.pathname)}] lacks ${options === "" ? "options" : "the address of a picture"}`,
      `Write ${prefix}/width=500/https://host/picture.jpg.`,
    );
  }
  const text = /^https?%3a/i.test(written) ? decoded(written) : written;
  // Some proxies make one slash of two.
  const absolute = /^(https?):\/+(.*)$/is.exec(text);
  const address = absolute === null ? `${asked.origin}/${text}` : `${absolute[1]}://${absolute[2]}`;
  const source = URL.canParse(address + asked.search) ? new URL(address + asked.search) : undefined;
  if (source === undefined || source.hostname === "") {
    throw new Problem(400, "source-address", `[${shown(text)}] is no address`, "Write https://host/picture.jpg after the options.");
  }
  return { options, source };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(400, "source-address", `[${shown(text)}] is not encoded correctly`, "Encode it with encodeURIComponent.");
  }
}

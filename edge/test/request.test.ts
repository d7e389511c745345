import { describe, expect, it } from "vitest";
import { cacheKey } from "../src/cache/key";
import { Problem } from "../src/problem";
import { parseAccept } from "../src/request/accept";
import { parseAddress } from "../src/request/address";
import { parseOptions } from "../src/request/options";
import { readSettings } from "../src/settings";
import { freshness } from "../src/source/freshness";
import { checkSource } from "../src/source/policy";

const PREFIXES = ["/cdn-cgi/image", "/image"];
const address = (path: string) => parseAddress(new URL(`https://edge.example.org${path}`), PREFIXES);

/** Status and message of a refusal; "passes" when there is none. */
function outcome(action: () => unknown): string {
  try {
    action();
    return "passes";
  } catch (problem) {
    expect(problem).toBeInstanceOf(Problem);
    return `${(problem as Problem).status} ${(problem as Problem).message}`;
  }
}

describe("an address", () => {
  it.each([
    ["/cdn-cgi/image/width=500/https://host.example/a.jpg", "https://host.example/a.jpg"],
    ["/image/width=500/https://host.example/a.jpg", "https://host.example/a.jpg"],
    ["/image/width=500/https://host.example/a.jpg?v=2&w=3", "https://host.example/a.jpg?v=2&w=3"],
    ["/image/width=500/https:/host.example/a.jpg", "https://host.example/a.jpg"],
    ["/image/width=500/https%3A%2F%2Fhost.example%2Fa%20b.jpg%3Fv%3D2", "https://host.example/a%20b.jpg?v=2"],
    ["/image/width=500/http://host.example:8080/a/b%20c.jpg", "http://host.example:8080/a/b%20c.jpg"],
    ["/image/width=500/pictures/a.jpg", "https://edge.example.org/pictures/a.jpg"],
  ])("%s asks for %s", (path, source) => {
    expect(address(path)).toEqual({ options: "width=500", source: new URL(source) });
  });

  it.each([
    ["/", "404 there is nothing at [/]"],
    ["/images/width=5/https://host.example/a.jpg", "404 there is nothing at [/images/width=5/https://host.example/a.jpg]"],
    ["/image/width=5", "400 [/image/width=5] lacks the address of a picture"],
    ["/image//https://host.example/a.jpg", "400 [/image//https://host.example/a.jpg] lacks options"],
    ["/image/width=5/https://", "400 [https://] is no address"],
    ["/image/width=5/https%3A%2F%2Fhost%ff", "400 [https%3A%2F%2Fhost%ff] is not encoded correctly"],
  ])("%s is refused", (path, message) => {
    expect(outcome(() => address(path))).toBe(message);
  });
});

describe("a source", () => {
  const { allowedHosts } = readSettings({
    ALLOWED_HOSTS: "images.example.com, *.cdn.example.com, http://old.example.com, files.example.com:8443, 127.0.0.1, *.internal",
  });

  it.each([
    ["https://images.example.com/a.jpg", "passes"],
    ["https://IMAGES.example.com./a.jpg", "passes"],
    ["https://eu.cdn.example.com/a.jpg", "passes"],
    ["https://a.b.cdn.example.com/a.jpg", "passes"],
    ["http://old.example.com/a.jpg", "passes"],
    ["https://files.example.com:8443/a.jpg", "passes"],
    ["https://cdn.example.com/a.jpg", "403 pictures from [https://cdn.example.com] are not allowed"],
    ["https://evilcdn.example.com/a.jpg", "403 pictures from [https://evilcdn.example.com] are not allowed"],
    ["https://images.example.com.evil.net/a.jpg", "403 pictures from [https://images.example.com.evil.net] are not allowed"],
    ["http://images.example.com/a.jpg", "403 pictures from [http://images.example.com] are not allowed"],
    ["https://images.example.com:8443/a.jpg", "403 pictures from [https://images.example.com:8443] are not allowed"],
    ["https://old.example.com/a.jpg", "403 pictures from [https://old.example.com] are not allowed"],
    ["https://user:secret@images.example.com/a.jpg", "400 the picture's address holds a login"],
    ["ftp://images.example.com/a.jpg", "400 [ftp://images.example.com/a.jpg] is neither https nor http"],
  ])("%s: %s", (url, expected) => {
    expect(outcome(() => checkSource(new URL(url), allowedHosts))).toBe(expected);
  });

  it.each([
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "localhost",
    "a.localhost",
    "metadata.google.internal",
    "printer.local",
    "router.home.arpa",
    "intranet",
  ])("on %s is refused even if it is allowed", (host) => {
    const everything = [{ protocol: "https:", hostname: new URL(`https://${host}`).hostname, below: false, port: "" }];
    expect(outcome(() => checkSource(new URL(`https://${host}/a.jpg`), everything))).toMatch(
      /^403 .* is not an address of the public internet$/,
    );
  });

  it("of a public address passes when it is allowed", () => {
    const everything = [{ protocol: "https:", hostname: "93.184.216.34", below: false, port: "" }];
    expect(outcome(() => checkSource(new URL("https://93.184.216.34/a.jpg"), everything))).toBe("passes");
  });
});

describe("an Accept header", () => {
  it.each([
    ["image/avif,image/webp,image/apng,*/*;q=0.8", { avif: true, webp: true }],
    ["image/webp,*/*", { avif: false, webp: true }],
    ["image/avif;q=0, image/webp;q=0.5", { avif: false, webp: true }],
    ["IMAGE/AVIF", { avif: true, webp: false }],
    ["*/*", { avif: false, webp: false }],
    ["image/*", { avif: false, webp: false }],
    ["", { avif: false, webp: false }],
    [";;,,q=", { avif: false, webp: false }],
  ])("%s", (header, accepted) => {
    expect(parseAccept(header)).toEqual(accepted);
  });
});

describe("a cache key", () => {
  const key = (options: string, source = "https://images.example.com/a.jpg?v=1", accept = "") =>
    cacheKey(new URL("https://edge.example.org/image/x"), new URL(source), parseOptions(options), parseAccept(accept));

  it("is the same for every way to write a request", () => {
    expect(key("width=200,height=100")).toBe(key("h=50,dpr=2,w=100,fit=scale-down,quality=85"));
    expect(key("quality=85")).toBe(key("dpr=2"));
  });

  it("differs with the source's query and the options", () => {
    expect(key("width=200")).not.toBe(key("width=200", "https://images.example.com/a.jpg?v=2"));
    expect(key("width=200")).not.toBe(key("width=201"));
    expect(key("width=200")).not.toBe(key("width=200,background=white"));
  });

  it("depends on what a client shows only where that is asked for", () => {
    expect(key("width=200", undefined, "image/avif")).toBe(key("width=200"));
    expect(key("width=200,format=auto", undefined, "image/avif,image/webp")).not.toBe(
      key("width=200,format=auto", undefined, "image/webp"),
    );
    expect(key("width=200,format=auto", undefined, "image/webp,*/*;q=0.8")).toBe(
      key("width=200,format=auto", undefined, "text/html,image/webp"),
    );
  });
});

describe("freshness", () => {
  const otherwise = { fresh: 100, stale: 50 };
  it.each([
    ["", otherwise],
    ["public", otherwise],
    ["public, max-age=10", { fresh: 10, stale: 50 }],
    ['max-age="10", s-maxage=20', { fresh: 20, stale: 50 }],
    ["max-age=10, must-revalidate", { fresh: 10, stale: 0 }],
    ["max-age=abc", otherwise],
    ["no-store", undefined],
    ["Private, max-age=10", undefined],
    ["no-cache", undefined],
  ])("of [%s]", (cacheControl, expected) => {
    expect(freshness(cacheControl, "", otherwise)).toEqual(expected);
  });

  it("is less by what is over already", () => {
    expect(freshness("max-age=10", "4", otherwise)).toEqual({ fresh: 6, stale: 50 });
    expect(freshness("max-age=10", "40", otherwise)).toEqual({ fresh: 0, stale: 50 });
    expect(freshness("", "40", otherwise)).toEqual(otherwise);
  });
});

describe("a variable that is wrong", () => {
  it.each([
    [{ MAX_SOURCE_BYTES: "many" }, "500 the variable MAX_SOURCE_BYTES is [many]; expected a whole number from 1 to 50000000"],
    [
      { ALLOWED_HOSTS: "https://images.example.com/path" },
      /^500 the variable ALLOWED_HOSTS is \[https:\/\/images.example.com\/path\]; expected hosts/,
    ],
    [{ ALLOWED_HOSTS: "*" }, /^500 the variable ALLOWED_HOSTS is \[\*\]/],
    [{ PATH_PREFIXES: "image" }, "500 the variable PATH_PREFIXES is [image]; expected paths such as /image"],
  ])("%o is named", (variables, message) => {
    expect(outcome(() => readSettings(variables))).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });
});

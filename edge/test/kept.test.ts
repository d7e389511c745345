import { describe, expect, it } from "vitest";
import { isSpent, type Kept, keep, kept, secondsLeft } from "../src/cache/kept";

const MADE = 1_700_000_000_000;

const answer: Kept = {
  picture: { bytes: new Uint8Array([1, 2, 3]), format: "webp" },
  etag: '"e"',
  since: MADE,
  leased: 0,
  freshness: { fresh: 100, stale: 50 },
  validators: { etag: '"source"', lastModified: "yesterday" },
};

const later = (seconds: number): number => MADE + seconds * 1000;

describe("a kept answer", () => {
  it("comes back from the cache as it went in", async () => {
    expect(await kept(keep(answer, later(3)))).toEqual(answer);
  });

  it("stays in the cache for as long as it may be served", () => {
    expect(keep(answer, later(30)).headers.get("cache-control")).toBe("public, max-age=120");
    expect(keep(answer, later(300)).headers.get("cache-control")).toBe("public, max-age=0");
  });

  it("is fresh, then stale, then spent", () => {
    expect([secondsLeft(answer, later(99)), isSpent(answer, later(99))]).toEqual([1, false]);
    expect([secondsLeft(answer, later(100)), isSpent(answer, later(100))]).toEqual([0, false]);
    expect([secondsLeft(answer, later(150)), isSpent(answer, later(150))]).toEqual([-50, false]);
    expect(isSpent(answer, later(151))).toBe(true);
  });

  it("is taken for fresh while somebody makes it anew, and no longer than it may be served", () => {
    const leased = { ...answer, leased: later(150) };
    expect(secondsLeft(leased, later(120))).toBe(30);
    expect(secondsLeft(leased, later(150))).toBe(0);
    expect(isSpent(leased, later(151))).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge, type Served } from "./support/edge";
import { look, quarters } from "./support/pictures";

const HOST = "https://images.example.com";

let edge: Edge;
let wide: Buffer;
let tall: Buffer;

beforeAll(async () => {
  edge = await Edge.start();
  wide = await quarters(40, 20).png().toBuffer();
  tall = await quarters(20, 40).png().toBuffer();
});

afterAll(() => edge.stop());

/** Waits until something is so; the worker goes on working after it has answered. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function status(path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await edge.get(path, { headers });
  await response.arrayBuffer();
  return `${response.status} ${response.headers.get("cache-status")}`;
}

describe("an answer", () => {
  it("is kept: the second one asks the origin nothing, however it is written", async () => {
    edge.origin.serve(`${HOST}/kept.png`, { body: wide });
    expect(await status(`/image/width=20,quality=85/${HOST}/kept.png`)).toBe("200 relevo-edge; fwd=miss; stored");
    await until(async () => (await status(`/image/w=10,dpr=2/${HOST}/kept.png`)) === "200 relevo-edge; hit");
    const asked = edge.origin.asked(`${HOST}/kept.png`).length;
    expect(await status(`/image/width=20,fit=scale-down/${HOST}/kept.png`)).toBe("200 relevo-edge; hit");
    expect(edge.origin.asked(`${HOST}/kept.png`).length).toBe(asked);
  });

  it("is kept for each format that is chosen, not for each client", async () => {
    edge.origin.serve(`${HOST}/chosen.png`, { body: wide });
    const path = `/image/width=10,format=auto/${HOST}/chosen.png`;
    expect(await status(path, { accept: "image/webp" })).toContain("miss");
    expect(await status(path, { accept: "image/avif,image/webp" })).toContain("miss");
    await until(async () => (await status(path, { accept: "text/html,image/webp;q=0.9" })) === "200 relevo-edge; hit");
  });

  it("can be asked for again with its ETag, fresh and from the cache", async () => {
    edge.origin.serve(`${HOST}/tagged.png`, { body: wide });
    const path = `/image/width=12/${HOST}/tagged.png`;
    const first = await edge.get(path);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get("cache-control")).toBe("public, max-age=86400, stale-while-revalidate=604800");
    await first.arrayBuffer();
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await edge.get(path, { headers: { "if-none-match": tag } });
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    }
    const other = await edge.get(path, { headers: { "if-none-match": '"other"' } });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
  });

  it("has no body for HEAD, and the same headers", async () => {
    edge.origin.serve(`${HOST}/head.png`, { body: wide });
    const path = `/image/width=14/${HOST}/head.png`;
    const whole = await edge.get(path);
    const length = (await whole.arrayBuffer()).byteLength;
    const head = await edge.get(path, { method: "HEAD" });
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, whole.headers.get("etag"), ""]);
    expect(head.headers.get("content-length")).toBe(String(length));
  });

  it("is not kept when its original must not be", async () => {
    edge.origin.serve(`${HOST}/private.png`, { body: wide, headers: { "cache-control": "private, max-age=60" } });
    for (let i = 0; i < 2; i++) {
      const response = await edge.get(`/image/width=10/${HOST}/private.png`);
      expect([response.headers.get("cache-status"), response.headers.get("cache-control")]).toEqual(["relevo-edge; fwd=miss", "no-store"]);
      await response.arrayBuffer();
    }
  });

  it("is not kept when it is a refusal", async () => {
    const path = `/image/width=10/${HOST}/later.png`;
    expect((await edge.get(path)).status).toBe(404);
    edge.origin.serve(`${HOST}/later.png`, { body: wide });
    expect((await edge.get(path)).status).toBe(200);
  });
});

describe("a stale answer", () => {
  const path = (name: string): string => `/image/width=10/${HOST}/${name}`;
  const aged = (body: Buffer, etag: string): Served => ({ body, headers: { "cache-control": "max-age=0", etag } });

  /** Stores an answer that is stale at once. */
  async function stored(name: string, served: Served): Promise<void> {
    edge.origin.serve(`${HOST}/${name}`, served);
    expect(await status(path(name))).toContain("miss");
  }

  it("is served while the new one is made, which comes next", async () => {
    await stored("changes.png", aged(wide, '"1"'));
    edge.origin.serve(`${HOST}/changes.png`, { body: tall, headers: { "cache-control": "max-age=1000", etag: '"2"' } });
    const stale = await edge.get(path("changes.png"));
    expect(stale.headers.get("cache-status")).toBe("relevo-edge; hit; detail=stale");
    expect(stale.headers.get("cache-control")).toBe("public, max-age=0, stale-while-revalidate=604800");
    expect((await look(stale)).height).toBe(5);
    await until(async () => (await look(await edge.get(path("changes.png")))).height === 20);
    expect(await status(path("changes.png"))).toBe("200 relevo-edge; hit");
    expect(edge.origin.asked(`${HOST}/changes.png`).at(-1)?.headers.get("if-none-match")).toBe('"1"');
  });

  it("is made fresh without being made anew when its original has not changed", async () => {
    await stored("same.png", aged(wide, '"1"'));
    edge.origin.serve(`${HOST}/same.png`, (request) => ({
      status: request.headers.get("if-none-match") === '"1"' ? 304 : 500,
      headers: { "cache-control": "max-age=1000" },
    }));
    expect(await status(path("same.png"))).toContain("stale");
    // Asked again only by who found it stale.
    await until(() => edge.origin.asked(`${HOST}/same.png`).length === 2);
    await until(async () => (await edge.get(path("same.png"))).headers.get("cache-control")?.startsWith("public, max-age=1000") ?? false);
    expect(edge.origin.asked(`${HOST}/same.png`).length).toBe(2);
  });

  it("stays when its origin fails, and is asked for by one request only", async () => {
    await stored("fails.png", aged(wide, '"1"'));
    edge.origin.serve(`${HOST}/fails.png`, { status: 500 });
    const answers = [];
    for (let i = 0; i < 5; i++) {
      answers.push(await status(path("fails.png")));
    }
    expect(answers.map((answer) => answer.startsWith("200"))).toEqual([true, true, true, true, true]);
    expect(edge.origin.asked(`${HOST}/fails.png`).length).toBe(2);
  });

  it("goes when its original is gone", async () => {
    await stored("gone.png", aged(wide, '"1"'));
    edge.origin.serve(`${HOST}/gone.png`, { status: 410 });
    expect(await status(path("gone.png"))).toContain("stale");
    await until(async () => (await edge.get(path("gone.png"))).status === 404);
  });
});

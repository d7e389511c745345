import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "./support/edge";
import { look, quarters } from "./support/pictures";

const HOST = "https://images.example.com";

let edge: Edge;

beforeAll(async () => {
  edge = await Edge.start({ MAX_SOURCE_BYTES: "200000", MAX_SOURCE_PIXELS: "1000000", MAX_REDIRECTS: "2" });
  edge.origin.serve(`${HOST}/fine.png`, { body: await quarters(40, 20).png().toBuffer() });
});

afterAll(() => edge.stop());

/** Status and text of an answer that is no picture. */
async function refusal(path: string, init: { method?: string; headers?: Record<string, string> } = {}): Promise<string> {
  const response = await edge.get(path, init);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return `${response.status} ${await response.text()}`;
}

const of = (name: string): string => `/image/width=10/${HOST}/${name}`;

/** That one bad picture has done no harm to the next. */
async function expectStillAlive(): Promise<void> {
  const seen = await look(await edge.get(of("fine.png")));
  expect([seen.format, seen.width]).toEqual(["png", 10]);
}

describe("a request", () => {
  it("that is no GET or HEAD gets 405", async () => {
    const response = await edge.get(of("fine.png"), { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await response.text()).toBe("error method: [POST] is not answered\nwhat to do: Use GET or HEAD.\n");
  });

  it("for something else gets 404", async () => {
    expect(await refusal("/favicon.ico")).toBe(
      "404 error path: there is nothing at [/favicon.ico]\nwhat to do: Ask for /cdn-cgi/image/width=500/https://host/picture.jpg.\n",
    );
  });

  it("with a wrong option gets 400 and fetches nothing", async () => {
    const before = edge.origin.requests.length;
    expect(await refusal(`/image/width=wide/${HOST}/fine.png`)).toBe(
      "400 error option: [width] is [wide]; expected a whole number from 1 to 10000\nwhat to do: Correct the option in the address.\n",
    );
    expect(edge.origin.requests.length).toBe(before);
  });

  it("for a host that is not allowed gets 403 and fetches nothing", async () => {
    const before = edge.origin.requests.length;
    expect(await refusal("/image/width=5/https://elsewhere.example/a.jpg")).toMatch(
      /^403 error source-host: pictures from \[https:\/\/elsewhere.example\] are not allowed/,
    );
    expect(await refusal("/image/width=5/https://169.254.169.254/latest/meta-data")).toMatch(/^403 error source-private/);
    expect(edge.origin.requests.length).toBe(before);
  });

  it("that has come through such a worker already gets 403", async () => {
    expect(await refusal(of("fine.png"), { headers: { via: "1.1 relevo-edge" } })).toMatch(/^403 error source-loop/);
  });

  it("for a picture larger than is made gets 400", async () => {
    expect(await refusal(`/image/width=9000,fit=contain/${HOST}/fine.png`)).toBe(
      "400 error option: the options ask for 9000x4500 pixels; at most 4000000 are made\n" +
        "what to do: Ask for a smaller width, height or dpr, or raise MAX_TARGET_PIXELS.\n",
    );
  });

  it("from who wants JSON gets problem details", async () => {
    const response = await edge.get(`/image/width=wide/${HOST}/fine.png`, { headers: { accept: "application/json" } });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "about:blank",
      status: 400,
      code: "option",
      detail: "[width] is [wide]; expected a whole number from 1 to 10000",
      next: "Correct the option in the address.",
    });
  });
});

describe("an original", () => {
  it("that is not there gets 404", async () => {
    expect(await refusal(of("missing.jpg?v=1"))).toMatch(/^404 error source-missing: \[images.example.com\] has no \[\/missing.jpg\]/);
  });

  it.each([500, 403, 206])("answered with %i gets 502", async (status) => {
    edge.origin.serve(`${HOST}/answers-${status}`, { status, body: "sorry" });
    expect(await refusal(of(`answers-${status}`))).toMatch(
      new RegExp(`^502 error source-failed: \\[images.example.com\\] answered ${status}`),
    );
  });

  it("whose host cannot be reached gets 502", async () => {
    edge.origin.serve(`${HOST}/unreachable`, () => {
      throw new Error("connection refused");
    });
    expect(await refusal(of("unreachable"))).toMatch(/^502 /);
  });

  it("that does not come gets 504, and one whose body does not end too", async () => {
    const impatient = await Edge.start({ SOURCE_TIMEOUT_MS: "300" });
    try {
      impatient.origin.serve(`${HOST}/never`, () => new Promise(() => {}));
      const never = await impatient.get(of("never"));
      expect(`${never.status} ${await never.text()}`).toMatch(
        /^504 error source-late: \[images.example.com\] did not send the picture within 300 ms/,
      );
      const endless = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) });
      impatient.origin.serve(`${HOST}/endless`, { body: endless });
      const cut = await impatient.get(of("endless"));
      expect(`${cut.status} ${await cut.text()}`).toMatch(/^504 error source-late/);
    } finally {
      await impatient.stop();
    }
  });

  it("that moved is fetched where it is now, as often as allowed", async () => {
    edge.origin.serve("https://eu.cdn.example.com/here.png", { body: await quarters(40, 20).png().toBuffer() });
    edge.origin.serve(`${HOST}/moved`, { status: 302, headers: { location: "https://eu.cdn.example.com/here.png" } });
    edge.origin.serve(`${HOST}/moved-twice`, { status: 301, headers: { location: "/moved" } });
    edge.origin.serve(`${HOST}/moved-thrice`, { status: 308, headers: { location: "moved-twice" } });
    expect((await look(await edge.get(of("moved-twice")))).width).toBe(10);
    expect(await refusal(of("moved-thrice"))).toMatch(/^502 error source-redirects: \[images.example.com\] redirects more than 2 times/);
  });

  it.each([
    ["https://elsewhere.example/a.jpg", /^403 error source-host/],
    ["http://127.0.0.1/a.jpg", /^403 error source-private/],
    ["http://images.example.com/a.jpg", /^403 error source-host/],
    ["data:image/png;base64,AAAA", /^400 error source-address/],
    ["", /^502 error source-failed/],
  ])("that moved to [%s] is not fetched there", async (location, message) => {
    edge.origin.serve(`${HOST}/leads-away`, { status: 302, headers: { location } });
    const before = edge.origin.requests.length;
    expect(await refusal(of("leads-away"))).toMatch(message);
    expect(edge.origin.requests.length).toBe(before + 1);
  });

  it.each([
    ["text/html", "<html>", "415 error picture-kind: [images.example.com] sent [text/html]"],
    [
      "image/gif",
      "GIF89a.........",
      "415 error picture-kind: a file that begins with [47 49 46 38 39 61 2e 2e] is no picture of a known kind",
    ],
    ["image/svg+xml", "<svg/>", "415 error picture-kind: a file that begins with [3c 73 76 67 2f 3e] is no picture of a known kind"],
    ["image/png", "", "415 error picture-kind: a file that begins with [] is no picture of a known kind"],
    ["image/jpeg", "\u00ff\u00d8\u00ff", "415 error picture-broken: the jpeg picture cannot be decoded: its header cannot be read"],
  ])("of type %s that is [%s] gets 415", async (type, body, message) => {
    edge.origin.serve(`${HOST}/odd`, { body: Buffer.from(body, "latin1"), headers: { "content-type": type } });
    expect(await refusal(of("odd"))).toContain(message);
  });
});

describe("a decompression bomb", () => {
  const bombs = async (): Promise<Record<string, Buffer>> => {
    const jpeg = await quarters(64, 64).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    const png = await quarters(64, 64).png().toBuffer();
    png.writeUInt32BE(100_000, 16);
    png.writeUInt32BE(100_000, 20);
    return {
      "a jpeg that says 65000x65000": jpeg,
      "a png that says 100000x100000": png,
      // Valid files of few bytes and many pixels.
      "a real png": await sharp({ create: { width: 6000, height: 6000, channels: 3, background: "black" } })
        .png({ compressionLevel: 9 })
        .toBuffer(),
      "a real webp": await sharp({ create: { width: 8000, height: 8000, channels: 3, background: "black" } })
        .webp({ effort: 0 })
        .toBuffer(),
    };
  };

  it("gets 413 by its header, without being decoded", async () => {
    for (const [name, body] of Object.entries(await bombs())) {
      expect(body.length).toBeLessThan(200_000);
      edge.origin.serve(`${HOST}/bomb`, { body });
      expect(await refusal(of("bomb")), name).toMatch(
        /^413 error picture-too-large: the original has \d+x\d+ pixels; of ((jpeg|webp) at most 1000000|png at most 500000) are decoded/,
      );
    }
    await expectStillAlive();
  });

  it("whose header lies gets 413 or 415 when its decoder asks for too much", async () => {
    const avif = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: "black" } })
      .avif({ effort: 0 })
      .toBuffer();
    for (let at = avif.indexOf("ispe"); at >= 0; at = avif.indexOf("ispe", at + 1)) {
      avif.writeUInt32BE(64, at + 8);
      avif.writeUInt32BE(64, at + 12);
    }
    edge.origin.serve(`${HOST}/liar.avif`, { body: avif });
    expect(await refusal(of("liar.avif"))).toMatch(
      /^413 error picture-too-large: the avif picture needs more memory than its header's 64x64 pixels may/,
    );

    const webp = await sharp({ create: { width: 3000, height: 3000, channels: 4, background: { ...{ r: 1, g: 2, b: 3 }, alpha: 0.5 } } })
      .webp({ quality: 50, effort: 0 })
      .toBuffer();
    expect(webp.toString("latin1", 12, 16)).toBe("VP8X");
    webp.writeUIntLE(63, 24, 3);
    webp.writeUIntLE(63, 27, 3);
    edge.origin.serve(`${HOST}/liar.webp`, { body: webp });
    expect(await refusal(of("liar.webp"))).toMatch(/^41[35] error picture-/);
    await expectStillAlive();
  });

  it("of bytes gets 413 by what it announces, and by what it sends", async () => {
    edge.origin.serve(`${HOST}/announced`, { body: Buffer.alloc(300_000), headers: { "content-length": "300000" } });
    expect(await refusal(of("announced"))).toBe(
      "413 error source-too-large: the original has 300000 bytes; at most 200000 bytes are read\n" +
        "what to do: Use a smaller original, or raise MAX_SOURCE_BYTES.\n",
    );
    const unannounced = new ReadableStream({
      start(stream) {
        for (let chunk = 0; chunk < 6; chunk++) {
          stream.enqueue(new Uint8Array(50_000));
        }
        stream.close();
      },
    });
    edge.origin.serve(`${HOST}/unannounced`, { body: unannounced });
    expect(await refusal(of("unannounced"))).toMatch(/^413 error source-too-large: the original has more; at most 200000 bytes are read/);
  });
});

describe("a damaged picture", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("in %s gets 415 or what can be shown of it, and harms no other", async (format) => {
    const whole = await quarters(200, 100).toFormat(format).toBuffer();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
        async (cut, changes) => {
          const damaged = Buffer.from(whole);
          for (const [at, value] of changes) {
            damaged[at] = value;
          }
          edge.origin.serve(`${HOST}/damaged.${format}`, {
            body: cut % 2 === 0 ? damaged : damaged.subarray(0, cut),
            headers: { "cache-control": "no-store" },
          });
          const response = await edge.get(of(`damaged.${format}`));
          expect([200, 400, 413, 415], await response.clone().text()).toContain(response.status);
          await response.arrayBuffer();
        },
      ),
      { numRuns: 25 },
    );
    await expectStillAlive();
  });

  it("in CMYK is named as such", async () => {
    edge.origin.serve(`${HOST}/cmyk.jpg`, { body: await quarters(40, 20).toColourspace("cmyk").jpeg().toBuffer() });
    expect(await refusal(of("cmyk.jpg"))).toMatch(/^415 error picture-broken: the jpeg picture cannot be decoded: .*\nwhat to do: .*CMYK/);
  });
});

describe("options of any kind", () => {
  it("get a picture of the right size or 400, in the worker too", async () => {
    const value = fc.oneof(
      fc.nat(200).map(String),
      fc.constantFrom("cover", "pad", "crop", "contain", "white", "auto", "webp", "png", "jpeg", "none", "%", ""),
    );
    const option = fc.tuple(
      fc.constantFrom("width", "height", "w", "h", "fit", "quality", "format", "dpr", "background", "blur", "metadata", "x"),
      value,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(option, { minLength: 1, maxLength: 4 }), async (options) => {
        const text = options.map((pair) => pair.join("=")).join(",");
        const response = await edge.get(`/image/${text}/${HOST}/fine.png`);
        expect([200, 400], text).toContain(response.status);
        if (response.status === 200) {
          const seen = await look(response);
          expect(seen.width * seen.height).toBeLessThanOrEqual(4_000_000);
        } else {
          expect(await response.text()).toMatch(/^error (option|source-address): /);
        }
      }),
      { numRuns: 150 },
    );
  });
});

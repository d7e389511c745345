import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "./support/edge";
import { BLUE, GREEN, look, photo, quarters, RED, type Seen, YELLOW } from "./support/pictures";

const HOST = "https://images.example.com";

let edge: Edge;

beforeAll(async () => {
  edge = await Edge.start();
  const large = await photo(1200, 900);
  const serve = (name: string, body: Buffer) => edge.origin.serve(`${HOST}/${name}`, { body });
  serve("photo.jpg", await large.clone().jpeg({ quality: 92 }).toBuffer());
  serve("photo.png", await large.clone().png().toBuffer());
  serve("photo.webp", await large.clone().webp({ quality: 92 }).toBuffer());
  serve("photo.avif", await large.clone().resize(600, 450).avif({ quality: 80, effort: 0 }).toBuffer());
  serve("quarters.jpg", await quarters(400, 200).jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer());
  serve("small.png", await quarters(40, 20).png().toBuffer());
  const noise = Buffer.from(Array.from({ length: 40 * 40 * 3 }, (_, at) => ((at * 7919) % 251 > 125 ? 255 : 0)));
  serve(
    "noise.png",
    await sharp(noise, { raw: { width: 40, height: 40, channels: 3 } })
      .png()
      .toBuffer(),
  );
  // The left half can be seen, the right half cannot; its colour must not be seen either.
  const left = { create: { width: 100, height: 100, channels: 4 as const, background: { ...RED, alpha: 1 } } };
  serve(
    "half.png",
    await sharp({ create: { width: 200, height: 100, channels: 4, background: { ...GREEN, alpha: 0 } } })
      .composite([{ input: left, left: 0, top: 0 }])
      .png()
      .toBuffer(),
  );
});

afterAll(() => edge.stop());

async function picture(options: string, name: string, headers: Record<string, string> = {}): Promise<Seen> {
  const response = await edge.get(`/cdn-cgi/image/${options}/${HOST}/${name}`, { headers });
  if (response.status !== 200) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  const seen = await look(response);
  expect(response.headers.get("content-type")).toBe(`image/${seen.format}`);
  return seen;
}

/** That a pixel has a colour, as nearly as lossy formats keep it. */
function expectColour(pixel: number[], { r, g, b }: { r: number; g: number; b: number }, alpha = 255): void {
  const distance = Math.max(...[r, g, b, alpha].map((value, channel) => Math.abs(value - (pixel[channel] as number))));
  expect(distance, `${pixel} instead of ${[r, g, b, alpha]}`).toBeLessThan(24);
}

describe("formats", () => {
  it.each(["photo.jpg", "photo.png", "photo.webp", "photo.avif"])("%s is read and written in each of them", async (name) => {
    const expected = await (await photo(1200, 900)).resize(300).ensureAlpha().raw().toBuffer();
    for (const format of ["jpeg", "png", "webp", "avif"]) {
      const seen = await picture(`width=300,format=${format}`, name);
      expect([seen.format, seen.width, seen.height]).toEqual([format, 300, 225]);
      expect(seen.similarity(expected)).toBeGreaterThan(0.9);
    }
    expect((await picture("width=300", name)).format).toBe(name.replace("photo.", "").replace("jpg", "jpeg"));
  });

  it.each([
    ["image/avif,image/webp,*/*", "photo.jpg", "avif"],
    ["image/webp,*/*", "photo.jpg", "webp"],
    ["*/*", "photo.jpg", "jpeg"],
    ["*/*", "photo.png", "png"],
    ["*/*", "photo.avif", "jpeg"],
    ["", "half.png", "png"],
  ])("auto gives who accepts [%s] %s as %s", async (accept, name, format) => {
    const response = await edge.get(`/image/width=200,format=auto/${HOST}/${name}`, { headers: { accept } });
    expect(response.headers.get("vary")).toBe("Accept");
    expect((await look(response)).format).toBe(format);
  });

  it("auto leaves AVIF to pictures that are not large", async () => {
    expect((await picture("width=1100,format=auto", "photo.jpg", { accept: "image/avif,image/webp" })).format).toBe("webp");
    expect((await picture("width=1100,format=auto", "photo.jpg", { accept: "image/avif" })).format).toBe("jpeg");
  });

  it("do not vary when they do not depend on the client", async () => {
    const response = await edge.get(`/image/width=20/${HOST}/small.png`, { headers: { accept: "image/avif" } });
    expect([response.headers.get("vary"), response.headers.get("content-type")]).toEqual([null, "image/png"]);
    await response.arrayBuffer();
  });
});

describe("sizes", () => {
  it.each([
    ["width=500,height=500,quality=80", "photo.jpg", "500x375"],
    ["width=120,dpr=2.5", "photo.jpg", "300x225"],
    ["height=90", "photo.jpg", "120x90"],
    ["width=333", "photo.jpg", "333x250"],
    ["quality=50", "photo.jpg", "1200x900"],
    ["width=4000", "small.png", "40x20"],
    ["width=80,height=80,fit=contain", "small.png", "80x40"],
    ["width=80,fit=contain", "small.png", "80x40"],
    ["width=30,height=30,fit=cover", "small.png", "30x30"],
    ["width=100,height=10,fit=crop", "small.png", "40x10"],
    ["width=90,height=90,fit=pad", "small.png", "90x90"],
    ["width=1", "photo.jpg", "1x1"],
  ])("%s of %s is %s", async (options, name, size) => {
    const seen = await picture(options, name);
    expect(`${seen.width}x${seen.height}`).toBe(size);
  });

  it("come from Lanczos: the picture is what sharp makes of it", async () => {
    for (const width of [700, 500, 150, 40]) {
      const theirs = await (await photo(1200, 900)).resize(width).ensureAlpha().raw().toBuffer();
      expect((await picture(`width=${width}`, "photo.png")).similarity(theirs)).toBeGreaterThan(0.99);
    }
  });

  it("of a JPEG are what sharp makes of it, however small it is decoded", async () => {
    for (const width of [700, 500, 150, 40]) {
      const theirs = await (await photo(1200, 900)).resize(width).ensureAlpha().raw().toBuffer();
      expect((await picture(`width=${width},format=png`, "photo.jpg")).similarity(theirs), `${width}`).toBeGreaterThan(0.985);
    }
  });

  it("of a few pixels can be JPEG of any quality", async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 20],
      [5, 3],
      [9, 8],
      [17, 2],
      [33, 32],
    ]) {
      for (const quality of [1, 80, 100]) {
        const seen = await picture(`width=${width},height=${height},fit=cover,quality=${quality},format=jpeg`, "noise.png");
        expect(`${seen.format} ${seen.width}x${seen.height}`).toBe(`jpeg ${width}x${height}`);
      }
    }
    expectColour((await picture("width=3,height=2,fit=cover,quality=95,format=jpeg", "quarters.jpg")).at(0, 0), RED);
  });

  it("cover and crop keep the middle", async () => {
    const seen = await picture("width=100,height=100,fit=cover,format=png", "quarters.jpg");
    expectColour(seen.at(0.1, 0.1), RED);
    expectColour(seen.at(0.9, 0.1), GREEN);
    expectColour(seen.at(0.1, 0.9), BLUE);
    expectColour(seen.at(0.9, 0.9), YELLOW);
    const strip = await picture("width=400,height=40,fit=crop,format=png", "quarters.jpg");
    expectColour(strip.at(0.2, 0), RED);
    expectColour(strip.at(0.2, 1), BLUE);
  });

  it("pad with white, or with the background", async () => {
    const white = await picture("width=100,height=100,fit=pad,format=png", "quarters.jpg");
    expectColour(white.at(0.5, 0), { r: 255, g: 255, b: 255 });
    expectColour(white.at(0.2, 0.35), RED);
    const blue = await picture("width=100,height=100,fit=pad,background=blue,format=jpeg", "quarters.jpg");
    expectColour(blue.at(0.5, 1), BLUE);
    const clear = await picture("width=100,height=100,fit=pad,background=%2300000000,format=webp", "quarters.jpg");
    expect(clear.at(0.5, 0)[3]).toBe(0);
  });
});

describe("what cannot be seen", () => {
  it.each(["png", "webp", "avif"])("stays so in %s, and its colour does not shine through", async (format) => {
    const seen = await picture(`width=50,format=${format}`, "half.png");
    expectColour(seen.at(0.1, 0.5), RED);
    expect(seen.at(0.9, 0.5)[3]).toBeLessThan(8);
    const edgePixel = seen.at(0.5, 0.5);
    expect(edgePixel[1], `green of ${edgePixel}`).toBeLessThan(60);
  });

  it("becomes white in JPEG, or the background", async () => {
    expectColour((await picture("width=100,format=jpeg", "half.png")).at(0.9, 0.5), { r: 255, g: 255, b: 255 });
    expectColour((await picture("width=100,format=jpeg,background=blue", "half.png")).at(0.9, 0.5), BLUE);
    expectColour((await picture("width=100,background=%230000ff80", "half.png")).at(0.9, 0.5), BLUE, 128);
    expectColour((await picture("width=100,format=jpeg,background=%230000ff80", "half.png")).at(0.9, 0.5), { r: 127, g: 127, b: 255 });
  });
});

describe("blur", () => {
  it("takes the edges and leaves the colours", async () => {
    const sharpEdge = await picture("width=400,format=png", "quarters.jpg");
    const soft = await picture("width=400,blur=20,format=png", "quarters.jpg");
    expectColour(sharpEdge.at(0.48, 0.1), RED);
    const [red = 0, green = 0] = soft.at(0.5, 0.1);
    expect(red).toBeGreaterThan(80);
    expect(green).toBeGreaterThan(80);
    expectColour(soft.at(0.02, 0.02), RED);
  });
});

describe("EXIF orientation", () => {
  const corners = (seen: Seen): string =>
    [seen.at(0.1, 0.1), seen.at(0.9, 0.1), seen.at(0.1, 0.9), seen.at(0.9, 0.9)]
      .map(([r = 0, g = 0, b = 0]) => (r > 128 ? (g > 128 ? "yellow" : "red") : g > 128 ? "green" : b > 128 ? "blue" : "?"))
      .join(" ");

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is honoured in JPEG, PNG and WebP, whole and cropped", async (orientation) => {
    for (const format of ["jpeg", "png", "webp"] as const) {
      const file = await quarters(120, 80).toFormat(format).withMetadata({ orientation }).toBuffer();
      edge.origin.serve(`${HOST}/turned-${orientation}.${format}`, { body: file });
      const upright = await sharp(file).rotate().png().toBuffer();
      const expected = await look(new Response(new Uint8Array(upright)));

      const seen = await picture("quality=90,format=png", `turned-${orientation}.${format}`);
      expect(`${seen.width}x${seen.height}: ${corners(seen)}`).toBe(`${expected.width}x${expected.height}: ${corners(expected)}`);
      const cropped = await picture("width=60,height=20,fit=cover,format=jpeg", `turned-${orientation}.${format}`);
      expect(`${cropped.width}x${cropped.height}: ${corners(cropped)}`).toBe(`60x20: ${corners(expected)}`);
    }
  });
});

describe("metadata", () => {
  const described = async (options: string): Promise<Record<string, unknown>> => {
    const response = await edge.get(`/image/${options}/${HOST}/described.jpg`);
    const metadata = await sharp(await response.arrayBuffer()).metadata();
    const exif = metadata.exif?.toString("latin1") ?? "";
    return {
      copyright: exif.includes("Ada Lovelace"),
      camera: exif.includes("Difference Engine"),
      orientation: metadata.orientation ?? 0,
      profile: metadata.icc !== undefined,
      xmp: metadata.xmp !== undefined,
      size: `${metadata.width}x${metadata.height}`,
    };
  };

  beforeAll(async () => {
    const body = await quarters(120, 80)
      .jpeg()
      .withMetadata({ orientation: 6, icc: "p3", exif: { IFD0: { Copyright: "Ada Lovelace", Model: "Difference Engine" } } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>')
      .toBuffer();
    edge.origin.serve(`${HOST}/described.jpg`, { body });
  });

  it("is by default the copyright, with the colour profile", async () => {
    expect(await described("width=40")).toEqual({
      copyright: true,
      camera: false,
      orientation: 0,
      profile: true,
      xmp: false,
      size: "40x60",
    });
  });

  it("is all of it when kept, but for the orientation that the picture has now", async () => {
    expect(await described("width=40,metadata=keep")).toEqual({
      copyright: true,
      camera: true,
      orientation: 1,
      profile: true,
      xmp: true,
      size: "40x60",
    });
  });

  it("is nothing but the profile when none is wanted", async () => {
    expect(await described("width=40,metadata=none")).toEqual({
      copyright: false,
      camera: false,
      orientation: 0,
      profile: true,
      xmp: false,
      size: "40x60",
    });
  });
});

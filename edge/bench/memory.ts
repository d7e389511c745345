import type sharp from "sharp";
import bundle from "../test/support/bundle";
import { Edge } from "../test/support/edge";
import { photo } from "../test/support/pictures";
import { peakMemory } from "./workerd";

/* What the worker needs for one large original: workerd's peak resident memory, less what it has before the first picture. */

const ADDRESS = "https://images.example.com/large";

const KINDS: Record<string, (picture: sharp.Sharp) => sharp.Sharp> = {
  JPEG: (picture) => picture.jpeg({ quality: 85 }),
  "progressive JPEG": (picture) => picture.jpeg({ quality: 85, progressive: true }),
  "PNG with alpha": (picture) => picture.ensureAlpha(0.5).png({ compressionLevel: 1 }),
  WebP: (picture) => picture.webp({ quality: 80, effort: 0 }),
  AVIF: (picture) => picture.avif({ quality: 50, effort: 0 }),
};

bundle();
console.log("| original | pixels | answer | peak memory |\n|---|---:|---|---:|");
for (const [width, height] of [
  [1632, 1224],
  [2304, 1728],
] as const) {
  const picture = await photo(width, height);
  for (const [kind, encoded] of Object.entries(KINDS)) {
    const edge = await Edge.start({ MAX_SOURCE_BYTES: "50000000", MAX_SOURCE_PIXELS: "8000000" });
    edge.origin.serve(ADDRESS, { body: await encoded(picture.clone()).toBuffer() });
    // The isolate and its code are there only after the first request.
    await (await edge.get("/nothing")).text();
    const before = peakMemory();
    const response = await edge.get(`/image/width=1000,format=webp/${ADDRESS}`);
    await response.arrayBuffer();
    console.log(
      `| ${kind} | ${((width * height) / 1e6).toFixed(1)} million | ${response.status} | ${(peakMemory() - before).toFixed(0)} MB |`,
    );
    await edge.stop();
  }
}

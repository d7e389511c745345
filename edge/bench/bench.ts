import { performance } from "node:perf_hooks";
import sharp from "sharp";
import bundle from "../test/support/bundle";
import { Edge } from "../test/support/edge";
import { look, photo } from "../test/support/pictures";
import { processorTime } from "./workerd";

/*
 * Measures the worker in workerd against sharp on one thread, on the same machine in the same run, both with the same original.
 * Sharp gets the quality at which its answer is as similar (SSIM) to its own lossless one as the worker's is to its own; its
 * bytes are interpolated between the two nearest qualities. How alike the lossless answers are is printed too. Times are of the
 * processor, which other work on the machine changes less than the clock.
 */

const RUNS = Number(process.argv[2] ?? 7);
const ORIGINAL = { width: 1632, height: 1224 };
const WIDTHS = [320, 500, 800];
const QUALITY = 80;
const ADDRESS = "https://images.example.com/photo.jpg";

type Format = "jpeg" | "webp" | "avif" | "png";

/** What a user of sharp would write; for JPEG there are two ways. */
const PEERS: Record<string, { format: Format; options: (quality: number) => object }> = {
  "jpeg, sharp with mozjpeg": { format: "jpeg", options: (quality) => ({ quality, mozjpeg: true }) },
  "jpeg, sharp's default": { format: "jpeg", options: (quality) => ({ quality }) },
  webp: { format: "webp", options: (quality) => ({ quality }) },
  avif: { format: "avif", options: (quality) => ({ quality }) },
  png: { format: "png", options: () => ({}) },
};

const middle = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function similarity(reference: Buffer, picture: Buffer): Promise<number> {
  const expected = await sharp(reference).ensureAlpha().raw().toBuffer();
  return (await look(new Response(new Uint8Array(picture)))).similarity(expected);
}

bundle();
sharp.concurrency(1);
sharp.cache(false);
const original = await (await photo(ORIGINAL.width, ORIGINAL.height)).jpeg({ quality: 90 }).toBuffer();
const edge = await Edge.start();
edge.origin.serve(ADDRESS, { body: original, headers: { "cache-control": "no-store" } });

interface Measured {
  peer: string;
  width: number;
  clock: number;
  time: number;
  bytes: number;
  similarity: number;
  peerTime: number;
  peerBytes: number;
  peerQuality: number;
}
const rows: Measured[] = [];
const lossless: string[] = [];
for (const width of WIDTHS) {
  const ask = async (format: Format): Promise<Buffer> => {
    const response = await edge.get(`/image/width=${width},quality=${QUALITY},format=${format}/${ADDRESS}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const own = await ask("png");
  const theirs = await sharp(original).resize(width).png().toBuffer();
  lossless.push(`${(await similarity(theirs, own)).toFixed(4)} at ${width}`);
  for (const [peer, { format, options }] of Object.entries(PEERS)) {
    const peerMakes = (quality: number): Promise<Buffer> => sharp(original).resize(width).toFormat(format, options(quality)).toBuffer();
    const bytes = await ask(format);
    const reached = await similarity(own, bytes);
    const { quality, size } = await atSimilarity(reached, theirs, peerMakes, format);
    const runs = format === "avif" ? Math.min(RUNS, 3) : RUNS;
    for (let i = 0; i < runs; i++) {
      await ask(format);
    }
    const clocks: number[] = [];
    const before = processorTime();
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      await ask(format);
      clocks.push(performance.now() - start);
    }
    const time = (processorTime() - before) / runs;
    await peerMakes(quality);
    const peerTimes: number[] = [];
    for (let run = 0; run < runs; run++) {
      const start = process.cpuUsage();
      await peerMakes(quality);
      const { user, system } = process.cpuUsage(start);
      peerTimes.push((user + system) / 1000);
    }
    rows.push({
      peer,
      width,
      clock: middle(clocks),
      time,
      bytes: bytes.length,
      similarity: reached,
      peerTime: middle(peerTimes),
      peerBytes: size,
      peerQuality: quality,
    });
  }
}
await edge.stop();

/** The least quality of the other encoder that is as similar, and the size between it and the one below where both are equal. */
async function atSimilarity(wanted: number, reference: Buffer, make: (quality: number) => Promise<Buffer>, format: Format) {
  if (format === "png") {
    return { quality: 100, size: (await make(100)).length };
  }
  let low = 20;
  let high = 95;
  while (low < high) {
    const between = Math.floor((low + high) / 2);
    if ((await similarity(reference, await make(between))) >= wanted) {
      high = between;
    } else {
      low = between + 1;
    }
  }
  const above = await make(low);
  const below = await make(Math.max(1, low - 1));
  const [better, worse] = [await similarity(reference, above), await similarity(reference, below)];
  const share = better > worse ? Math.max(0, Math.min(1, (wanted - worse) / (better - worse))) : 1;
  return { quality: low, size: below.length + (above.length - below.length) * share };
}

console.log(
  `original: ${ORIGINAL.width}x${ORIGINAL.height}, ${original.length} bytes of JPEG; quality ${QUALITY}; ${RUNS} runs; ` +
    `lossless answers, SSIM: ${lossless.join(", ")}\n`,
);
console.log("| answer | SSIM | worker, clock | processor | sharp, processor | ratio | bytes | sharp's bytes | ratio |");
console.log("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
for (const row of rows) {
  console.log(
    `| ${row.width} wide, ${row.peer} | ${row.similarity.toFixed(4)} | ${row.clock.toFixed(0)} ms | ${row.time.toFixed(0)} ms | ` +
      `${row.peerTime.toFixed(0)} ms (q ${row.peerQuality}) | ${(row.time / row.peerTime).toFixed(2)} | ${row.bytes} | ${row.peerBytes.toFixed(0)} | ` +
      `${(row.bytes / row.peerBytes).toFixed(2)} |`,
  );
}
for (const peer of Object.keys(PEERS)) {
  const own = rows.filter((row) => row.peer === peer);
  console.log(
    `| median, ${peer} | | | | | ${middle(own.map((row) => row.time / row.peerTime)).toFixed(2)} | | | ${middle(own.map((row) => row.bytes / row.peerBytes)).toFixed(2)} |`,
  );
}

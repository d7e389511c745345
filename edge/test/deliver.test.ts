import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Cloudflare } from "./support/cloudflare";
import { Edge } from "./support/edge";
import { quarters } from "./support/pictures";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const UPLOADED = `${FOLDER}/.relevo/edge-version.json`;
const BEFORE = "0a1b2c3d-0000-4000-8000-000000000000";
const TOKEN = "token-that-nobody-may-see";
const PICTURE = "https://images.example.com/picture.png";

let cloudflare: Cloudflare;
let edge: Edge;

beforeAll(async () => {
  edge = await Edge.start();
});
afterAll(() => edge.stop());

beforeEach(async () => {
  edge.origin.serve(PICTURE, { body: await quarters(64, 32).png().toBuffer(), headers: { "cache-control": "no-store" } });
  cloudflare = await Cloudflare.start(BEFORE);
  rmSync(UPLOADED, { force: true });
});
afterEach(() => cloudflare.stop());

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a step as the Jenkinsfile does. */
function step(name: string, variables: Record<string, string> = {}): Promise<Ran> {
  const environment = {
    ...process.env,
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
    SMOKE_PICTURE: PICTURE,
    ...variables,
  };
  return new Promise((resolve) => {
    execFile("node_modules/.bin/tsx", ["deploy/deliver.ts", name], { cwd: FOLDER, env: environment }, (error, stdout, stderr) => {
      expect(stdout + stderr).not.toContain(TOKEN);
      resolve({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const traffic = (): string => JSON.stringify(cloudflare.deployments[0]?.versions);
const all = (version: string): string => JSON.stringify([{ version_id: version, percentage: 100 }]);

describe("preview", () => {
  it("uploads a version with the revision as its tag, gives it no traffic, and prints its address", async () => {
    const { status, stdout, stderr } = await step("preview");
    expect(stderr).toMatch(/^ {4}version 1f2e3d4c-0000-4000-8000-000000000001 of [0-9a-f]{12} is uploaded and has no traffic\n$/);
    expect([status, stdout]).toEqual([0, "https://1f2e3d4c-relevo-edge.example.workers.dev\n"]);
    expect(cloudflare.versions[0]?.tag).toMatch(/^[0-9a-f]{12}$/);
    expect(traffic()).toBe(all(BEFORE));
    expect([...cloudflare.tokens]).toEqual([TOKEN]);
  });

  it("says what is missing without a token", async () => {
    expect(await step("preview", { CLOUDFLARE_API_TOKEN: "" })).toMatchObject({
      status: 1,
      stderr: "error: the variable CLOUDFLARE_API_TOKEN is not set\nwhat to do: Take it from the CI's credentials.\n",
    });
    expect(cloudflare.requests).toEqual([]);
  });

  it("shows what wrangler says of a token that is refused, and not the token", async () => {
    const { status, stderr } = await step("preview", { CLOUDFLARE_API_TOKEN: "expired" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: wrangler versions upload failed:/);
    expect(stderr).toContain("Authentication error with ****");
  });
});

describe("smoke", () => {
  it("passes a worker that resizes and refuses", async () => {
    expect(await step("smoke", { SMOKE_URL: edge.url.href })).toEqual({
      status: 0,
      stdout: "",
      stderr: `    trying ${edge.url.href}\n    ok 200 webp 32x16\n    ok 400 width=wide\n    ok 403 width=32\n`,
    });
  });

  it("fails one that cannot get the picture", async () => {
    edge.origin.serve(PICTURE, { status: 500 });
    const { status, stderr } = await step("smoke", { SMOKE_URL: edge.url.href });
    expect(status).toBe(1);
    expect(stderr).toContain("answered 502: error source-failed: [images.example.com] answered 500");
  });

  it("needs an upload before", async () => {
    expect(await step("smoke")).toMatchObject({
      status: 1,
      stderr: "error: no version has been uploaded from here\nwhat to do: Run the step preview first.\n",
    });
  });
});

describe("switch", () => {
  const version = "1f2e3d4c-0000-4000-8000-000000000001";

  beforeEach(() => {
    cloudflare.versions.unshift({ id: version, tag: "uploaded" });
    mkdirSync(`${FOLDER}/.relevo`, { recursive: true });
    writeFileSync(UPLOADED, JSON.stringify({ version, preview: edge.url.href }));
  });

  it("gives the uploaded version the traffic, reads that back and tries it", async () => {
    const { status, stderr } = await step("switch", { PRODUCTION_URL: edge.url.href });
    expect(stderr).toBe(
      `    version ${version} has all traffic\n    trying ${edge.url.href}\n` +
        "    ok 200 webp 32x16\n    ok 400 width=wide\n    ok 403 width=32\n",
    );
    expect(status).toBe(0);
    expect(traffic()).toBe(all(version));
  });

  it("goes back to the version before when the public address fails", async () => {
    edge.origin.serve(PICTURE, { status: 500 });
    const { status, stderr } = await step("switch", { PRODUCTION_URL: edge.url.href });
    expect(status).toBe(1);
    expect(stderr).toContain(`the traffic is back at version ${BEFORE}`);
    expect(traffic()).toBe(all(BEFORE));
  });

  it("does not claim what it does not read back", async () => {
    cloudflare.forgetful = true;
    const { status, stderr } = await step("switch");
    expect(status).toBe(1);
    expect(stderr).toContain(`should have all traffic, but it is ${BEFORE} with 100 %`);
  });
});

it("names the steps there are", async () => {
  expect(await step("deploy")).toMatchObject({
    status: 1,
    stderr: "error: [deploy] is no step\nwhat to do: Use preview, smoke or switch.\n",
  });
});

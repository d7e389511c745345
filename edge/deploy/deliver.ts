import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure";
import { smoke } from "./smoke";
import { type Upload, Wrangler } from "./wrangler";

/*
 * preview  uploads a version that gets no traffic, and prints its address
 * smoke    tries that version at its address
 * switch   gives it the traffic, reads back that it has it, tries it at the public address, and goes back if that fails
 */

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const UPLOADED = `${FOLDER}.relevo/edge-version.json`;
const WITHIN = 60_000;

async function deliver(step: string | undefined, variables: NodeJS.ProcessEnv): Promise<void> {
  switch (step) {
    case "preview":
      return preview(variables);
    case "smoke":
      return await trial(variables, variables.SMOKE_URL || uploaded().preview);
    case "switch":
      return await switchTraffic(variables);
    default:
      throw new Failure(`[${step ?? ""}] is no step`, "Use preview, smoke or switch.");
  }
}

function preview(variables: NodeJS.ProcessEnv): void {
  const revision = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: FOLDER, encoding: "utf8" }).trim();
  const upload = new Wrangler(FOLDER, variables).upload(revision);
  mkdirSync(`${FOLDER}.relevo`, { recursive: true });
  writeFileSync(UPLOADED, `${JSON.stringify(upload)}\n`);
  progress(`version ${upload.version} of ${revision} is uploaded and has no traffic`);
  console.log(upload.preview);
}

async function trial(variables: NodeJS.ProcessEnv, base: string): Promise<void> {
  const picture = variables.SMOKE_PICTURE;
  if (!picture) {
    throw new Failure("the variable SMOKE_PICTURE is not set", "Set it to the address of a picture on an allowed host.");
  }
  progress(`trying ${base}`);
  for (const line of await smoke({ base, picture, within: WITHIN })) {
    progress(line);
  }
}

async function switchTraffic(variables: NodeJS.ProcessEnv): Promise<void> {
  const { version } = uploaded();
  const wrangler = new Wrangler(FOLDER, variables);
  const before = wrangler.traffic();
  give(wrangler, version, "verified at its preview address");
  if (!variables.PRODUCTION_URL) {
    progress("PRODUCTION_URL is not set, so nobody has asked the public address");
    return;
  }
  try {
    await trial(variables, variables.PRODUCTION_URL);
  } catch (failure) {
    const [previous] = before;
    if (before.length !== 1 || previous === undefined || previous.version === version) {
      throw failure;
    }
    give(wrangler, previous.version, `${version} failed at the public address`);
    const fact = failure instanceof Error ? failure.message : String(failure);
    throw new Failure(`${fact}\nthe traffic is back at version ${previous.version}`, "Look into the worker's log for the failed version.");
  }
}

/** Success is what the platform says afterwards. */
function give(wrangler: Wrangler, version: string, message: string): void {
  wrangler.give(version, message);
  const now = wrangler.traffic();
  if (now.length !== 1 || now[0]?.version !== version || now[0].percentage !== 100) {
    throw new Failure(
      `version ${version} should have all traffic, but it is ${now.map((share) => `${share.version} with ${share.percentage} %`).join(", ")}`,
      "Somebody else deploys at the same time; run one delivery at a time.",
    );
  }
  progress(`version ${version} has all traffic`);
}

function uploaded(): Upload {
  if (!existsSync(UPLOADED)) {
    throw new Failure("no version has been uploaded from here", "Run the step preview first.");
  }
  return JSON.parse(readFileSync(UPLOADED, "utf8"));
}

/** Standard output is for results. */
function progress(line: string): void {
  console.error(`    ${line}`);
}

try {
  await deliver(process.argv[2], process.env);
} catch (failure) {
  if (!(failure instanceof Failure)) {
    throw failure;
  }
  console.error(`error: ${failure.message}\nwhat to do: ${failure.next}`);
  process.exitCode = 1;
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "./failure";

export interface Upload {
  readonly version: string;
  readonly preview: string;
}

/** One version of the worker and its share of the traffic, in percent. */
export interface Share {
  readonly version: string;
  readonly percentage: number;
}

/** Wrangler's commands for versions. The token reaches it by the environment alone and is in no argument and no message. */
export class Wrangler {
  constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    for (const name of ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"]) {
      if (!environment[name]) {
        throw new Failure(`the variable ${name} is not set`, "Take it from the CI's credentials.");
      }
    }
  }

  /** Uploads the worker as a version that gets no traffic. */
  upload(tag: string): Upload {
    const folder = mkdtempSync(join(tmpdir(), "edge-upload-"));
    const output = join(folder, "output.ndjson");
    try {
      this.run(["versions", "upload", "--tag", tag], { WRANGLER_OUTPUT_FILE_PATH: output });
      const entries = existsSync(output) ? readFileSync(output, "utf8").trim().split("\n") : [];
      const entry = entries.map((line) => JSON.parse(line)).find(({ type }) => type === "version-upload");
      if (typeof entry?.version_id !== "string") {
        throw new Failure("wrangler did not say which version it uploaded", "Look at its lines above.");
      }
      if (typeof entry.preview_url !== "string") {
        throw new Failure(
          `version ${entry.version_id} has no preview address`,
          'Set "workers_dev" and "preview_urls" to true in wrangler.jsonc, and choose a workers.dev name for the account.',
        );
      }
      return { version: entry.version_id, preview: entry.preview_url };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Gives all traffic to a version. */
  give(version: string, message: string): void {
    this.run(["versions", "deploy", `${version}@100%`, "--message", message, "--yes"]);
  }

  /** Who has the traffic now. */
  traffic(): Share[] {
    const { versions } = JSON.parse(this.run(["deployments", "status", "--json"])) as {
      versions: { version_id: string; percentage: number }[];
    };
    return versions.map(({ version_id, percentage }) => ({ version: version_id, percentage }));
  }

  private run(words: readonly string[], more: NodeJS.ProcessEnv = {}): string {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, ["node_modules/wrangler/bin/wrangler.js", ...words], {
      cwd: this.folder,
      env: { ...this.environment, ...more, CI: "true", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) {
      const said = `${stdout}\n${stderr}\n${error?.message ?? ""}`
        .replaceAll(this.environment.CLOUDFLARE_API_TOKEN as string, "****")
        .trim();
      throw new Failure(
        `wrangler ${words.slice(0, 2).join(" ")} failed:\n${said}`,
        "Correct what wrangler names, then run the step again.",
      );
    }
    return stdout;
  }
}

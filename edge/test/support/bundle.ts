import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Bundles the worker with wrangler as for an upload, which also checks wrangler.jsonc. What is tested is what is deployed. */
export default function bundle(): void {
  execFileSync("node_modules/.bin/wrangler", ["deploy", "--dry-run", "--outdir", "dist"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

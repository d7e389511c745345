import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Version {
  readonly id: string;
  readonly tag: string;
}

interface Deployment {
  readonly versions: { readonly version_id: string; readonly percentage: number }[];
}

/**
 * A stand-in for the part of Cloudflare's API that wrangler uses for versions and deployments; the answers have the shape that
 * wrangler reads. Wrangler itself is the real one.
 */
export class Cloudflare {
  readonly versions: Version[];
  readonly deployments: Deployment[];
  /** Method and path of each request, without the account. */
  readonly requests: string[] = [];
  readonly tokens = new Set<string>();
  /** Set to have a deployment answered and not done. */
  forgetful = false;

  private constructor(
    private readonly server: Server,
    serving: string,
  ) {
    this.versions = [{ id: serving, tag: "before" }];
    this.deployments = [{ versions: [{ version_id: serving, percentage: 100 }] }];
  }

  static async start(serving: string): Promise<Cloudflare> {
    const server = createServer(async (request, response) => {
      const [status, answer] = await cloudflare.answer(request);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
    const cloudflare = new Cloudflare(server, serving);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return cloudflare;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage): Promise<[number, unknown]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    this.tokens.add(token);
    const path = (request.url ?? "").replace(/^\/accounts\/[^/]+/, "").replace(/\?.*/, "");
    this.requests.push(`${request.method} ${path}`);
    if (token === "expired") {
      return [
        403,
        { success: false, errors: [{ code: 10000, message: `Authentication error with ${token}` }], messages: [], result: null },
      ];
    }
    return [200, { success: true, errors: [], messages: [], result: this.result(`${request.method} ${path}`, Buffer.concat(chunks)) }];
  }

  private result(request: string, body: Buffer): unknown {
    const about = ({ id, tag }: Version) => ({
      id,
      number: 1,
      metadata: { created_on: "2026-01-01T00:00:00Z", author_email: "ci@example.com", source: "wrangler", has_preview: true },
      annotations: { "workers/tag": tag },
      resources: { script: { handlers: ["fetch"] }, bindings: [], script_runtime: {} },
    });
    switch (request.replace(/\/versions\/.+/, "/versions/ID")) {
      case "GET /workers/services/relevo-edge":
        return { default_environment: { environment: "production", script: { tag: "t", tags: null, last_deployed_from: "wrangler" } } };
      case "POST /workers/scripts/relevo-edge/versions": {
        const id = `1f2e3d4c-0000-4000-8000-00000000000${this.versions.length}`;
        this.versions.unshift({ id, tag: /"workers\/tag":"([^"]*)"/.exec(body.toString("latin1"))?.[1] ?? "" });
        return { ...about(this.versions[0] as Version), startup_time_ms: 5 };
      }
      case "GET /workers/scripts/relevo-edge/versions":
        return { items: this.versions.map(about) };
      case "GET /workers/scripts/relevo-edge/versions/ID":
        return about(this.versions.find(({ id }) => request.endsWith(id)) as Version);
      case "GET /workers/scripts/relevo-edge/subdomain":
        return { enabled: true, previews_enabled: true };
      case "GET /workers/subdomain":
        return { subdomain: "example" };
      case "GET /workers/scripts/relevo-edge/deployments":
        return {
          deployments: this.deployments.map((deployment) => ({ ...deployment, created_on: "2026-01-01T00:00:00Z", annotations: {} })),
        };
      case "POST /workers/scripts/relevo-edge/deployments":
        if (!this.forgetful) {
          this.deployments.unshift({ versions: JSON.parse(body.toString("utf8")).versions });
        }
        return { id: "d" };
      default:
        return {};
    }
  }
}

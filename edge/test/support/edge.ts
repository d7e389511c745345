import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare, type Request, Response } from "miniflare";

export interface Served {
  readonly body?: Uint8Array | string | ReadableStream;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/** The internet as the worker sees it: what each address answers, and which requests it got. */
export class Origin {
  readonly requests: Request[] = [];
  private readonly answers = new Map<string, (request: Request) => Served | Promise<Served>>();

  serve(url: string, answer: Served | ((request: Request) => Served | Promise<Served>)): void {
    this.answers.set(url, typeof answer === "function" ? answer : () => answer);
  }

  asked(url: string): Request[] {
    return this.requests.filter((request) => request.url === url);
  }

  async fetch(request: Request): Promise<Response> {
    this.requests.push(request);
    const { body = null, status = 200, headers = {} } = (await this.answers.get(request.url)?.(request)) ?? { status: 404 };
    return new Response(body as never, { status, headers });
  }
}

/** The bundled worker in the real runtime. */
export class Edge {
  private constructor(
    private readonly runtime: Miniflare,
    /** Where it answers over HTTP. */
    readonly url: URL,
    readonly origin: Origin,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<Edge> {
    const folder = fileURLToPath(new URL("../../dist", import.meta.url));
    const origin = new Origin();
    const runtime = new Miniflare({
      modulesRoot: folder,
      modules: [
        { type: "ESModule", path: `${folder}/worker.js` },
        ...readdirSync(folder)
          .filter((name) => name.endsWith(".wasm"))
          .map((name) => ({ type: "CompiledWasm" as const, path: `${folder}/${name}` })),
      ],
      compatibilityDate: "2026-04-01",
      bindings: { ALLOWED_HOSTS: "images.example.com,*.cdn.example.com", ...variables },
      outboundService: (request: Request) => origin.fetch(request),
      log: new Log(LogLevel.ERROR),
    });
    return new Edge(runtime, await runtime.ready, origin);
  }

  get(path: string, init: { headers?: Record<string, string>; method?: string } = {}): Promise<Response> {
    return this.runtime.dispatchFetch(`https://edge.example.org${path}`, init);
  }

  stop(): Promise<void> {
    return this.runtime.dispose();
  }
}

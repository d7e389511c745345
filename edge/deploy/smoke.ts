import { imageSize } from "image-size";
import { Failure } from "./failure";

export interface Smoke {
  /** Where the worker answers. */
  readonly base: string;
  /** A picture on an allowed host, at least 32 pixels wide. */
  readonly picture: string;
  /** Milliseconds until which it must answer; a new address needs some. */
  readonly within: number;
}

/** Asks a worker for a picture and for two things that it must refuse, and returns what was seen, one line each. */
export async function smoke({ base, picture, within }: Smoke): Promise<string[]> {
  const until = Date.now() + within;
  const address = `${base.replace(/\/$/, "")}/image/width=32,format=webp/${picture}`;
  const response = await answered(address, until);
  if (response.status !== 200) {
    throw new Failure(
      `${address} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
      "Correct the worker or SMOKE_PICTURE.",
    );
  }
  const { type, width, height } = imageSize(new Uint8Array(await response.arrayBuffer()));
  if (type !== "webp" || width !== 32) {
    throw new Failure(`${address} answered ${type} of ${width}x${height}; expected webp, 32 wide`, "Look into the worker's log.");
  }
  const seen = [`ok 200 webp ${width}x${height}`];
  for (const [path, expected] of [
    [`/image/width=wide/${picture}`, 400],
    ["/image/width=32/https://not-allowed.example/picture.jpg", 403],
  ] as const) {
    const refused = await fetch(new URL(path, base));
    await refused.arrayBuffer();
    if (refused.status !== expected) {
      throw new Failure(`${new URL(path, base)} answered ${refused.status}; expected ${expected}`, "Look into the worker's log.");
    }
    seen.push(`ok ${expected} ${path.split("/")[2]}`);
  }
  return seen;
}

/** The first answer that comes from the worker: a new address may not be known yet, or be answered by nobody. */
async function answered(address: string, until: number): Promise<Response> {
  for (;;) {
    let why: string;
    try {
      const response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(20_000) });
      if (response.headers.has("cache-status") || (response.headers.get("content-type") ?? "").startsWith("text/plain")) {
        return response;
      }
      why = `${response.status}, not from the worker`;
      await response.arrayBuffer();
    } catch (failure) {
      why = failure instanceof Error ? `${failure.message} ${failure.cause ?? ""}`.trim() : String(failure);
    }
    if (Date.now() > until) {
      throw new Failure(
        `${address} has no answer of the worker: ${why}`,
        "Look whether the address is right, and whether something before the worker, such as Access, asks for a login.",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

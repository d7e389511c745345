export type ProblemCode =
  | "method"
  | "path"
  | "option"
  | "source-address"
  | "source-host"
  | "source-private"
  | "source-loop"
  | "source-missing"
  | "source-failed"
  | "source-late"
  | "source-redirects"
  | "source-too-large"
  | "picture-too-large"
  | "picture-kind"
  | "picture-broken"
  | "setting"
  | "internal";

/** A request that gets no picture: what is wrong with which value, what was expected, and what to do next. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    fact: string,
    readonly next: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(fact);
  }

  /** As plain text, or as problem details (RFC 9457) for whoever asks for JSON. */
  response(accept: string): Response {
    const json = accept.includes("json");
    const body = json
      ? JSON.stringify({ type: "about:blank", status: this.status, code: this.code, detail: this.message, next: this.next })
      : `error ${this.code}: ${this.message}\nwhat to do: ${this.next}\n`;
    return new Response(body, {
      status: this.status,
      headers: {
        "content-type": json ? "application/problem+json" : "text/plain; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        ...this.headers,
      },
    });
  }
}

/** A value as it is shown in a message: in one line and not endless. */
export function shown(value: string): string {
  const line = value.replace(/[^\x20-\x7e]/g, "?");
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
}

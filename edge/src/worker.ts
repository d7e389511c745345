import { handle } from "./handle";
import { Problem } from "./problem";
import { readSettings, type Variables } from "./settings";

export default {
  async fetch(request: Request, variables: Variables, context: ExecutionContext): Promise<Response> {
    try {
      return await handle(request, readSettings(variables), {
        cache: caches.default,
        waitUntil: (work) => context.waitUntil(work),
        now: () => Date.now(),
      });
    } catch (failure) {
      if (failure instanceof Problem) {
        return failure.response(request.headers.get("accept") ?? "");
      }
      console.error(failure);
      const problem = new Problem(500, "internal", "the picture could not be made", "Look into the worker's log.");
      return problem.response(request.headers.get("accept") ?? "");
    }
  },
};

/** What an Emscripten module's factory takes of what jSquash's codecs need. */
interface FactoryOptions {
  noInitialRun: boolean;
  instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
  print(line: string): void;
  printErr(line: string): void;
}

type Factory<T> = (options: FactoryOptions) => Promise<T>;

/** A codec wanted more memory than a picture within the limits can need. */
export class MemoryExceeded extends Error {}

/** A codec gave up on its input. The message is what it said, if anything. */
export class CodecFailure extends Error {}

const PAGE = 65536;

/**
 * Runs one job in an instance of a codec made for it alone. A picture that brings the codec down, or makes its memory grow,
 * so leaves nothing behind for the next one: WebAssembly memory never shrinks.
 *
 * @param memoryLimit bytes of memory that the codec may reach; what a header says about a picture's size need not be true
 * @throws MemoryExceeded when the job ran into that limit, CodecFailure when it failed otherwise
 */
export async function runAlone<T, R>(
  factory: unknown,
  module: WebAssembly.Module,
  memoryLimit: number,
  job: (codec: T) => R | null,
): Promise<R> {
  let exceeded = false;
  let said = "";
  try {
    const codec = await (factory as Factory<T>)({
      noInitialRun: true,
      instantiateWasm(imports, ready) {
        const instance = new WebAssembly.Instance(module, imports);
        limitGrowth(instance, memoryLimit, () => {
          exceeded = true;
        });
        ready(instance);
        return instance.exports;
      },
      print: () => {},
      printErr: (line) => {
        said ||= line;
      },
    });
    const result = job(codec);
    // Growth is asked for generously first, so a refusal alone does not mean that the job lacked memory.
    if (result !== null) {
      return result;
    }
  } catch (failure) {
    said ||= failure instanceof Error ? failure.message : String(failure);
  }
  throw exceeded ? new MemoryExceeded(`more than ${memoryLimit} bytes`) : new CodecFailure(said);
}

/** Emscripten grows its memory through this object's method, and takes an exception for "there is no more". */
function limitGrowth(instance: WebAssembly.Instance, limit: number, onExceeded: () => void): void {
  for (const exported of Object.values(instance.exports)) {
    if (exported instanceof WebAssembly.Memory) {
      const grow = exported.grow.bind(exported);
      exported.grow = (pages: number) => {
        if (exported.buffer.byteLength + pages * PAGE > limit) {
          onExceeded();
          throw new RangeError("memory limit");
        }
        return grow(pages);
      };
    }
  }
}

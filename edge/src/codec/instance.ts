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
 * A codec, in instances that are as good as new: one is used again only after a job that went well and for which its memory did
 * not have to grow, since WebAssembly memory never shrinks. So a picture that brings the codec down does no harm to the next.
 */
export class Codec<T> {
  private idle: Instance<T> | undefined;

  constructor(
    private readonly factory: unknown,
    private readonly module: WebAssembly.Module,
  ) {}

  /**
   * Runs one job.
   *
   * @param memoryLimit bytes of memory that the codec may reach; what a header says about a picture's size need not be true
   * @throws MemoryExceeded when the job ran into that limit, CodecFailure when it failed otherwise
   */
  async run<R>(memoryLimit: number, job: (codec: T) => R | null): Promise<R> {
    const instance = this.idle ?? (await Instance.make<T>(this.factory, this.module));
    this.idle = undefined;
    const result = instance.run(memoryLimit, job);
    if (!instance.hasGrown()) {
      this.idle = instance;
    }
    return result;
  }
}

class Instance<T> {
  private said = "";
  private limit = Number.POSITIVE_INFINITY;
  private exceeded = false;
  private readonly memories: { readonly memory: WebAssembly.Memory; readonly initially: number }[] = [];
  private codec: T | undefined;

  static async make<T>(factory: unknown, module: WebAssembly.Module): Promise<Instance<T>> {
    const made = new Instance<T>();
    made.codec = await (factory as Factory<T>)({
      noInitialRun: true,
      instantiateWasm(imports, ready) {
        const instance = new WebAssembly.Instance(module, imports);
        made.watch(instance);
        ready(instance);
        return instance.exports;
      },
      print: () => {},
      printErr: (line) => {
        made.said ||= line;
      },
    });
    return made;
  }

  run<R>(memoryLimit: number, job: (codec: T) => R | null): R {
    this.limit = memoryLimit;
    this.exceeded = false;
    this.said = "";
    try {
      const result = job(this.codec as T);
      // Growth is asked for generously first, so a refusal alone does not mean that the job lacked memory.
      if (result !== null) {
        return result;
      }
    } catch (failure) {
      this.said ||= failure instanceof Error ? failure.message : String(failure);
    }
    throw this.exceeded ? new MemoryExceeded(`more than ${memoryLimit} bytes`) : new CodecFailure(this.said);
  }

  hasGrown(): boolean {
    return this.memories.some(({ memory, initially }) => memory.buffer.byteLength > initially);
  }

  /** Emscripten grows its memory through this object's method, and takes an exception for "there is no more". */
  private watch(instance: WebAssembly.Instance): void {
    for (const memory of Object.values(instance.exports)) {
      if (memory instanceof WebAssembly.Memory) {
        this.memories.push({ memory, initially: memory.buffer.byteLength });
        const grow = memory.grow.bind(memory);
        memory.grow = (pages: number) => {
          if (memory.buffer.byteLength + pages * PAGE > this.limit) {
            this.exceeded = true;
            throw new RangeError("memory limit");
          }
          return grow(pages);
        };
      }
    }
  }
}

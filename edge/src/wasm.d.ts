/** A WebAssembly file that is imported arrives compiled; a Worker may not compile one itself. */
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

/** The part that is used of a package without types. */
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs" {
  interface JPEGEncoder {
    /** The codec's own memory, to put the pixels into; it moves when the memory grows. */
    getDecodedBuffer(frame: { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: false }): Uint8Array;
    setQuality(quality: number): void;
    setSubSampling(kind: number): void;
    setProgressive(progressive: boolean): void;
    encode(): void;
    getEncodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface JpegTurboModule {
    JPEGEncoder: new () => JPEGEncoder;
  }
  const factory: (options: object) => Promise<JpegTurboModule>;
  export default factory;
}

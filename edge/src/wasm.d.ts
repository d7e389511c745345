/** A WebAssembly file that is imported arrives compiled; a Worker may not compile one itself. */
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

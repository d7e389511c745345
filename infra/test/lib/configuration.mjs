import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';

const MODES = ['resource', 'data', 'ephemeral'];

/** A folder of Terraform files: one root or one module. */
export class Configuration {
  static async read(folder) {
    const files = readdirSync(folder).filter(file => file.endsWith('.tf'));
    return Configuration.of(Object.fromEntries(files.map(file => [file, readFileSync(join(folder, file), 'utf8')])), folder);
  }

  /** @param files contents by name */
  static async of(files, folder = '.') {
    const parsed = [];
    for (const [file, text] of Object.entries(files)) {
      parsed.push({ file, blocks: await parse(file, text) });
    }
    return new Configuration(folder, parsed);
  }

  constructor(folder, parsed) {
    this.folder = folder;
    this.files = parsed.map(({ file }) => file);
    this.variables = new Map();
    this.outputs = new Map();
    this.modules = new Map();
    this.locals = new Map();
    this.providers = new Map();
    this.settings = {};
    /** Resources, data sources and ephemeral resources by their address. */
    this.objects = new Map();
    for (const { file, blocks } of parsed) {
      for (const block of blocks.terraform ?? []) {
        Object.assign(this.settings, block);
      }
      for (const block of blocks.locals ?? []) {
        Object.entries(block).forEach(([name, value]) => this.locals.set(name, { file, value }));
      }
      this.#named(blocks.variable, this.variables, file);
      this.#named(blocks.output, this.outputs, file);
      this.#named(blocks.module, this.modules, file);
      this.#named(blocks.provider, this.providers, file);
      for (const mode of MODES) {
        for (const [type, names] of Object.entries(blocks[mode] ?? {})) {
          for (const [name, [body]] of Object.entries(names)) {
            const address = `${mode === 'resource' ? '' : `${mode}.`}${type}.${name}`;
            this.objects.set(address, { address, mode, type, name, file, body });
          }
        }
      }
    }
  }

  #named(blocks, into, file) {
    Object.entries(blocks ?? {}).forEach(([name, [body]]) => into.set(name, { file, body }));
  }

  /** The bodies of all resources of a type. */
  all(type) {
    return [...this.objects.values()].filter(object => object.mode === 'resource' && object.type === type).map(({ body }) => body);
  }

  /** The only resource of a type. */
  one(type) {
    const found = this.all(type);
    if (found.length !== 1) {
      throw new Error(`${found.length} resources of type ${type} in ${this.folder}, expected one`);
    }
    return found[0];
  }

  body(address) {
    const object = this.objects.get(address);
    if (!object) {
      throw new Error(`no ${address} in ${this.folder}`);
    }
    return object.body;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * What a provider published about its resources, read out of the package that was generated from it. The package's TypeScript
 * names every attribute with `computed`, `optional` and `required`; it is kept in the source map at the end of each file.
 */
export class Provider {
  static #known = new Map();

  #folder;
  #types = new Map();

  static of(name) {
    if (!Provider.#known.has(name)) {
      Provider.#known.set(name, new Provider(name));
    }
    return Provider.#known.get(name);
  }

  constructor(name) {
    const manifest = createRequire(import.meta.url).resolve(`@cdktf/provider-${name}/package.json`);
    const { cdktf } = JSON.parse(readFileSync(manifest, 'utf8'));
    this.name = name;
    this.source = cdktf.provider.name.replace('registry.terraform.io/', '');
    this.version = cdktf.provider.version;
    this.#folder = join(dirname(manifest), 'lib');
  }

  /**
   * The schema of a type, or undefined when the provider has no such type.
   *
   * An ephemeral resource is not part of the package; it takes what the data source of the same name takes, or else the resource.
   */
  type(mode, type) {
    const words = type.replaceAll('_', '-');
    const own = words.slice(this.name.length + 1);
    const folders = { resource: [own], data: [`data-${words}`], ephemeral: [`data-${words}`, own] }[mode];
    const found = folders.map(folder => join(this.#folder, folder, 'index.js')).find(existsSync);
    if (found && !this.#types.has(found)) {
      this.#types.set(found, read(found));
    }
    return found && this.#types.get(found);
  }
}

/** A schema: attributes by name, each {required, settable, block, nested}; nested is a schema of the same form. */
function read(file) {
  const text = readFileSync(file, 'utf8');
  const [, map] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text);
  const source = JSON.parse(Buffer.from(map, 'base64').toString()).sourcesContent[0];
  const classes = new Map();
  const blocks = new Map();
  let main;
  for (const part of source.split(/^export /m)) {
    const [, name] = /^class (\w+)/.exec(part) ?? [];
    const [, structure] = /^function (\w+)ToHclTerraform\(/.exec(part) ?? [];
    if (structure) {
      blocks.set(capital(structure), blocksOf(part));
    }
    if (name) {
      classes.set(name, part);
    }
    if (name && /extends cdktf\.Terraform(Resource|DataSource)\b/.test(part)) {
      main = name;
      blocks.set(name, blocksOf(part));
    }
  }
  return build(main, main);

  function build(className, structure) {
    const attributes = new Map();
    const line = /\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n([^\n]*)/g;
    for (const [, name, , optional, required, next] of classes.get(className).matchAll(line)) {
      const [, child] = /new (\w+?)(?:OutputReference|List|MapList|Map)\(/.exec(next) ?? [];
      const known = child && classes.has(`${child}OutputReference`);
      attributes.set(name, {
        required: required === 'true',
        settable: optional === 'true' || required === 'true',
        block: blocks.get(structure)?.get(name) === true,
        nested: known ? build(`${child}OutputReference`, child) : undefined,
      });
    }
    return attributes;
  }
}

function blocksOf(part) {
  return new Map(
    [...part.matchAll(/^\s+(\w+): \{\n\s+value: .*\n\s+isBlock: (true|false)/gm)].map(([, name, block]) => [name, block === 'true']),
  );
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

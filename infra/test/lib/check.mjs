import { ast, expressions } from './expressions.mjs';
import { Provider } from './schema.mjs';

const META = {
  resource: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'provisioner', 'connection'],
  data: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle'],
  ephemeral: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle'],
};
const MODULE_META = ['source', 'version', 'providers', 'count', 'for_each', 'depends_on'];
const ANYTHING = { kind: 'anything' };

/**
 * What is wrong about a configuration: types, arguments and blocks that its providers do not know, required ones that are missing,
 * and references that lead nowhere. Empty when nothing is.
 *
 * @param modules the configurations of the modules that it calls, by their source
 */
export async function complaints(configuration, modules = new Map()) {
  const found = [];
  for (const object of configuration.objects.values()) {
    arguments_(object, found);
  }
  for (const [name, { file, body }] of configuration.modules) {
    call(name, file, body, modules.get(body.source), found);
  }
  await new References(configuration, modules, found).check();
  return found;
}

function schemaOf(object) {
  return Provider.of(object.type.split('_')[0]).type(object.mode, object.type);
}

function arguments_(object, found) {
  const schema = schemaOf(object);
  const where = `${object.file}: ${object.address}`;
  if (!schema) {
    found.push(`${where}: the provider has no ${object.mode} of type ${object.type}`);
    return;
  }
  const { lifecycle } = object.body;
  const own = Object.fromEntries(Object.entries(object.body).filter(([key]) => !META[object.mode].includes(key)));
  block(schema, own, where, found);
  for (const ignored of [lifecycle?.[0]?.ignore_changes ?? []].flat().flatMap(expressions)) {
    const [name] = ignored.split(/[.[]/);
    if (!schema.has(name) && ignored !== 'all') {
      found.push(`${where}: ignore_changes names ${name}, which is no argument`);
    }
  }
}

function block(schema, body, where, found) {
  const given = new Set(Object.keys(body));
  for (const [name, [dynamic]] of Object.entries(body.dynamic ?? {})) {
    given.add(name);
    one(schema, name, [dynamic.content?.[0] ?? {}], where, found);
  }
  given.delete('dynamic');
  for (const name of Object.keys(body).filter(key => key !== 'dynamic')) {
    one(schema, name, body[name], where, found);
  }
  for (const [name, attribute] of schema) {
    if (attribute.required && !given.has(name)) {
      found.push(`${where}: ${name} is required`);
    }
  }
}

function one(schema, name, value, where, found) {
  const attribute = schema.get(name);
  if (!attribute) {
    found.push(`${where}: there is no argument ${name}`);
  } else if (!attribute.settable) {
    found.push(`${where}: ${name} can only be read`);
  } else if (attribute.block) {
    if (!Array.isArray(value)) {
      found.push(`${where}: ${name} is a block`);
      return;
    }
    value.forEach(body => block(attribute.nested, body, `${where}: ${name}`, found));
  }
}

function call(name, file, body, module, found) {
  const where = `${file}: module.${name}`;
  if (!module) {
    found.push(`${where}: there is no module ${body.source}`);
    return;
  }
  for (const argument of Object.keys(body).filter(key => !MODULE_META.includes(key))) {
    if (!module.variables.has(argument)) {
      found.push(`${where}: the module has no variable ${argument}`);
    }
  }
  for (const [variable, { body: declared }] of module.variables) {
    if (!('default' in declared) && !(variable in body)) {
      found.push(`${where}: ${variable} is required`);
    }
  }
}

/** Follows every reference: is there what it names, and has it that attribute? */
class References {
  constructor(configuration, modules, found) {
    this.configuration = configuration;
    this.modules = modules;
    this.found = found;
  }

  async check() {
    const { objects, modules, outputs, locals, variables, providers } = this.configuration;
    for (const { file, address, body } of objects.values()) {
      const { lifecycle, ...rest } = body;
      await this.#values(rest, `${file}: ${address}`, await this.#repeated(body));
      await this.#values(lifecycle?.map(({ ignore_changes: _, ...others }) => others), `${file}: ${address}`, new Map());
    }
    for (const [name, { file, body }] of modules) {
      await this.#values(body, `${file}: module.${name}`, await this.#repeated(body));
    }
    for (const [name, { file, body }] of outputs) {
      await this.#values(body, `${file}: output.${name}`, new Map());
    }
    for (const [name, { file, value }] of locals) {
      await this.#values(value, `${file}: local.${name}`, new Map());
    }
    for (const [name, { file, body }] of variables) {
      await this.#values(body.validation, `${file}: var.${name}`, new Map());
    }
    for (const [name, { file, body }] of providers) {
      await this.#values(body, `${file}: provider.${name}`, new Map());
    }
  }

  /** What `each` and `count` stand for in a body. */
  async #repeated(body) {
    if ('count' in body) {
      return new Map([['count', ANYTHING]]);
    }
    if (!('for_each' in body)) {
      return new Map();
    }
    const [expression] = expressions(body.for_each);
    const over = expression ? this.#shape(await ast(expression), '', new Map(), []) : ANYTHING;
    return new Map([['each', { kind: 'each', value: over.of ?? ANYTHING }]]);
  }

  async #values(value, where, scope) {
    const bound = new Map(scope);
    // The iterator of a dynamic block has the block's name.
    names(value, 'dynamic').forEach(name => bound.set(name, ANYTHING));
    for (const expression of expressions(value)) {
      this.#shape(await ast(expression), where, bound, this.found);
    }
  }

  /** What an expression stands for, as far as it is known; complains on the way. */
  #shape(node, where, scope, found) {
    const children = node.children ?? [];
    switch (node.type) {
      case 'scopeTraversal':
        return this.#named(node.meta.traversal.map(({ segment, type }) => ({ segment, index: type === 'indexTraversal' })), where, scope, found);
      case 'relativeTraversal': {
        const [source] = children.map(child => this.#shape(child, where, scope, found));
        const steps = node.meta.traversal.map(({ segment, type }) => ({ segment, index: type === 'indexTraversal' }));
        return this.#walk(source ?? ANYTHING, steps, node.meta.value, where, found);
      }
      case 'index': {
        const [collection] = children.map(child => this.#shape(child, where, scope, found));
        return this.#walk(collection ?? ANYTHING, [{ segment: '', index: true }], node.meta.value, where, found);
      }
      case 'for': {
        const [collection, ...rest] = children;
        const over = this.#shape(collection, where, scope, found);
        const bound = new Map(scope);
        bound.set(node.meta.keyVar, ANYTHING);
        bound.set(node.meta.valVar, over.of ?? ANYTHING);
        rest.forEach(child => this.#shape(child, where, bound, found));
        return ANYTHING;
      }
      default:
        children.forEach(child => this.#shape(child, where, scope, found));
        return ANYTHING;
    }
  }

  #named(steps, where, scope, found) {
    const [first, second, third] = steps.map(({ segment }) => segment);
    const text = steps.map(({ segment }) => segment).join('.');
    const missing = name => {
      found.push(`${where}: there is no ${name}`);
      return ANYTHING;
    };
    if (first === 'each' && scope.has('each')) {
      return second === 'value' ? this.#walk(scope.get('each').value, steps.slice(2), text, where, found) : ANYTHING;
    }
    if (scope.has(first)) {
      return this.#walk(scope.get(first), steps.slice(1), text, where, found);
    }
    const { variables, locals, modules, objects } = this.configuration;
    switch (first) {
      case 'var':
        return variables.has(second) ? ANYTHING : missing(`var.${second}`);
      case 'local':
        return locals.has(second) ? ANYTHING : missing(`local.${second}`);
      case 'path':
      case 'terraform':
        return ANYTHING;
      case 'module': {
        const called = modules.get(second);
        const outputs = called && this.modules.get(called.body.source)?.outputs;
        return outputs?.has(third) ? ANYTHING : missing(`module.${second}.${third}`);
      }
      case 'data':
      case 'ephemeral': {
        const address = `${first}.${second}.${third}`;
        return objects.has(address) ? this.#walk(instances(objects.get(address)), steps.slice(3), text, where, found) : missing(address);
      }
      default: {
        const address = `${first}.${second}`;
        return objects.has(address) ? this.#walk(instances(objects.get(address)), steps.slice(2), text, where, found) : missing(address);
      }
    }
  }

  #walk(shape, steps, text, where, found) {
    let here = shape;
    for (const { segment, index } of steps) {
      if (here.kind === 'anything') {
        return here;
      }
      if (here.kind === 'several') {
        if (!index && segment !== '*') {
          found.push(`${where}: ${text} needs an index before ${segment}`);
          return ANYTHING;
        }
        here = here.of;
      } else if (index) {
        // Blocks are lists of one or more; an index chooses one of them.
        if (here.top) {
          found.push(`${where}: ${text} has an index, but there is only one`);
          return ANYTHING;
        }
      } else {
        const attribute = here.schema.get(segment);
        if (!attribute) {
          found.push(`${where}: ${text}: there is no attribute ${segment}`);
          return ANYTHING;
        }
        here = attribute.nested ? { kind: 'object', schema: attribute.nested, of: { kind: 'object', schema: attribute.nested } } : ANYTHING;
      }
    }
    return here;
  }
}

function instances(object) {
  const schema = schemaOf(object);
  if (!schema) {
    return ANYTHING;
  }
  const single = { kind: 'object', schema, top: true };
  return 'count' in object.body || 'for_each' in object.body ? { kind: 'several', of: { kind: 'object', schema, top: true } } : single;
}

function names(value, key) {
  if (!value || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([name, child]) => [...(name === key ? Object.keys(child) : []), ...names(child, key)]);
}

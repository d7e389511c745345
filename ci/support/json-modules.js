// GitHub's packages are made for bundlers: they import JSON without saying so, which Node refuses by itself.
import { register } from 'node:module';

const load = `
  import { readFile } from 'node:fs/promises';
  export async function load(url, context, next) {
    return url.startsWith('file:') && url.endsWith('.json')
      ? { format: 'module', shortCircuit: true, source: 'export default ' + (await readFile(new URL(url), 'utf8')) }
      : next(url, context);
  }`;

register(`data:text/javascript,${encodeURIComponent(load)}`);

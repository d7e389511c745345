import { readFileSync } from 'node:fs';

const read = program => JSON.parse(readFileSync(new URL(`../recordings/${program}.json`, import.meta.url), 'utf8')).calls;

/**
 * The calls of a program in `recordings/`, each with its answer, by name: the command, and after a comma what is the matter.
 *
 * @returns a function that gives the calls of these names in their order
 */
export function recorded(program) {
  const calls = read(program);
  return (...names) =>
    names.map(name => {
      if (!calls[name]) {
        throw new Error(`no call [${name}] is recorded in ${program}.json`);
      }
      return calls[name];
    });
}

/** Every call of a program that has an answer there, once. */
export function everyCall(program) {
  return [...new Map(Object.values(read(program)).map(({ call }) => [call.join(' '), call])).values()];
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const SAMPLE = fileURLToPath(new URL('../../../sample-service/', import.meta.url));
export const DATABASE_SQL = `${SAMPLE}config/database.sql`;

/** A container of a Job of the sample service, as its file says it: program, arguments and environment. */
export function container(cloud, job, name) {
  const { spec } = parse(readFileSync(`${SAMPLE}k8s/${cloud}/${job}.yaml`, 'utf8')).spec.template;
  const { command, args = [], env } = [...spec.initContainers, ...spec.containers].find(each => each.name === name);
  return { argv: [...command, ...args], env: Object.fromEntries(env.map(({ name: key, value }) => [key, value])) };
}

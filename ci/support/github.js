import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@actions/languageservice';
import { clearCache } from '@actions/languageservice/utils/workflow-cache';
import { convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import { parse } from 'yaml';
import { ACTIONS } from './actions.js';
import { ROOT, folder, run, write } from './place.js';

export const WORKFLOWS = ['.github/workflows/ci.yml', '.github/workflows/relevo.yml', '.github/workflows/sample-service.yml'];

export function text(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The file as YAML, anchors resolved. */
export function yaml(path) {
  return parse(text(path));
}

/** Finds the workflow that another one of this repository calls. */
const FILES = { getFileContent: async ({ path }) => ({ name: path, content: text(path) }) };

/** What GitHub's own parser and language service find wrong with a workflow or an action, a line for each. */
export async function findings(path, content = text(path)) {
  clearCache();
  const found = await validate(
    {
      uri: `file:///${path}`,
      languageId: 'yaml',
      version: 1,
      lineCount: content.split('\n').length,
      getText: () => content,
    },
    { actionsMetadataProvider: { fetchActionMetadata: metadata }, fileProvider: FILES },
  );
  const lines = found.map((each) => `${path}:${each.range.start.line + 1}: ${each.message}`);
  if (path.startsWith('.github/workflows/')) {
    const parsed = parseWorkflow({ name: path, content }, { info: () => {}, verbose: () => {}, error: (line) => lines.push(line) });
    await convertWorkflowTemplate(parsed.context, parsed.value, FILES);
    lines.push(...parsed.context.errors.getErrors().map((error) => `${path}: ${error.message}`));
  }
  return [...new Set(lines)];
}

/** Of our own action what it says, of others what is written down beside their commit; nothing else may be used. */
async function metadata(action) {
  if (`${action.owner}/${action.name}` === 'example/relevo') {
    return yaml('action.yml');
  }
  const written = ACTIONS[`${action.owner}/${action.name}@${action.ref}`];
  return written && { name: action.name, description: '', inputs: written.inputs };
}

/** The steps of all jobs, or of the action. */
export function steps(path) {
  const document = yaml(path);
  const lists = document.jobs ? Object.values(document.jobs).map((job) => job.steps) : [document.runs.steps];
  return lists.flat().filter((each) => each !== undefined);
}

/** A step of a job, by its name or id. */
export function step(path, job, name) {
  const document = yaml(path);
  const found = (document.jobs?.[job] ?? document.runs).steps.find((each) => each.name === name || each.id === name);
  if (!found) {
    throw new Error(`${path} has no step [${name}] in [${job}]`);
  }
  return found;
}

/** Runs a step's script as a runner does. @param variables what its env comes to; each that it names must be given */
export async function runStep(test, found, variables, place = folder(test)) {
  const missing = Object.keys(found.env ?? {}).filter((name) => !(name in variables));
  if (missing.length > 0) {
    throw new Error(`no value for ${missing.join(', ')}`);
  }
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', GITHUB_ENV: 'env', GITHUB_PATH: 'path' };
  const runner = { GITHUB_ACTIONS: 'true', CI: 'true', RUNNER_TEMP: place };
  for (const [name, file] of Object.entries(files)) {
    runner[name] = write(join(place, file), '');
  }
  const script = write(join(place, 'script.sh'), found.run);
  const shell = found.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail', script] : ['-e', script];
  const ended = await run('bash', shell, { cwd: place, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...runner, ...variables } });
  const read = (file) => readFileSync(join(place, file), 'utf8');
  return { ...ended, place, values: values(read('output')), summary: read('summary'), env: values(read('env')), path: read('path') };
}

/** What a step has written for the next ones, in either of the two forms. */
function values(text) {
  const found = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const block = /^([\w-]+)<<(.+)$/.exec(lines[at]);
    const line = /^([\w-]+)=(.*)$/.exec(lines[at]);
    if (block) {
      const end = lines.indexOf(block[2], at + 1);
      found[block[1]] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (line) {
      found[line[1]] = line[2];
    }
  }
  return found;
}

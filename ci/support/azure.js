import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import service from 'azure-pipelines-language-service';
import { parse } from 'yaml';
import { ROOT } from './place.js';

export const TEMPLATES = ['ci/azure/relevo.yml', 'ci/azure/prepare.yml'];
export const SAMPLE = 'sample-service/azure-pipelines.yml';

export function text(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function yaml(path) {
  return parse(text(path));
}

/** What Microsoft's language service finds wrong by a schema, a line for each. */
export async function findings(schema, path, content = text(path)) {
  const languageService = service.getLanguageService(async () => structuredClone(schema), [], async () => 'schema://pipelines');
  languageService.configure({ validate: true });
  const starts = [0, ...[...content.matchAll(/\n/g)].map((end) => end.index + 1)];
  const positionAt = (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line, character: offset - starts[line] };
  };
  const document = { uri: `file:///${path}`, languageId: 'yaml', version: 1, lineCount: starts.length, getText: () => content, positionAt };
  // It tells the console of every look at a schema.
  const log = console.log;
  console.log = () => {};
  try {
    const found = await languageService.doValidation(document, service.parse(content));
    return found.map((each) => `${path}:${each.range.start.line + 1}: ${each.message}`);
  } finally {
    console.log = log;
  }
}

/** Every step below, also those of conditions. */
export function steps(node) {
  if (Array.isArray(node)) {
    return node.flatMap(steps);
  }
  if (node === null || typeof node !== 'object') {
    return [];
  }
  return 'bash' in node || 'task' in node || 'checkout' in node ? [node] : Object.values(node).flatMap(steps);
}

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole project. */
export const ROOT = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '../..'));

/** An empty folder that goes with the test. */
export function folder(test) {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'relevo-front-ends-')));
  test.after(() => rmSync(place, { recursive: true, force: true }));
  return place;
}

export function write(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

/** A program that says how it was called and answers with the script's lines. */
export function standIn(bin, name, script = '') {
  return write(
    join(bin, name),
    `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>"${bin}/calls"\n${script}\n`,
    0o755,
  );
}

/** Runs a program to its end; what it printed and its status. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 1 << 26, ...options }, (error, out, err) => {
      resolve({ status: error ? (error.code ?? 1) : 0, out, err });
    });
  });
}

export function git(repository, ...words) {
  return execFileSync('git', ['-C', repository, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

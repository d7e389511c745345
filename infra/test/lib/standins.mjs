import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLAYER = fileURLToPath(new URL('player.mjs', import.meta.url));

/**
 * Stand-ins for the programs that scripts call: they answer each call of the list in its order. Another call fails and is told.
 *
 * @param calls each with `call` (its words; `*` is any word), `stdout`, `stderr`, `status`, and in `writes` the files by the option that names them
 * @returns the folder for the PATH, and afterwards the calls that were not expected and those that were not made
 */
export function standIns(folder, calls) {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of new Set(['az', 'aws', 'kubectl', 'kubelogin', 'relevo', ...calls.map(({ call }) => call[0])])) {
    writeFileSync(join(bin, program), `#!/bin/sh\nexec "${process.execPath}" "${PLAYER}" "${folder}" ${program} "$@"\n`);
    chmodSync(join(bin, program), 0o755);
  }
  writeFileSync(join(folder, 'calls.json'), JSON.stringify(calls));
  const lines = file => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : []);
  return { bin, ended: () => ({ unexpected: lines('unexpected'), left: calls.slice(lines('made').length).map(({ call }) => call.join(' ')) }) };
}

/** Runs a program that finds such stand-ins, and gives status, stdout, stderr and what became of the calls. */
export async function play(calls, argv, { cwd, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'standins-'));
  try {
    const { bin, ended } = standIns(folder, calls);
    const result = await run(argv, { cwd, env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH}` } });
    return { ...result, ...ended() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function run([program, ...args], { cwd, env = process.env, uid, gid, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, uid, gid });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', data => (stdout += data));
    child.stderr.on('data', data => (stderr += data));
    child.on('error', reject);
    child.on('close', status => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}

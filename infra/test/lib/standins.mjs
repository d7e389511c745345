import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLAYER = fileURLToPath(new URL('player.mjs', import.meta.url));
const RECORDINGS = new URL('../recordings/', import.meta.url);

/**
 * Runs a program that finds, instead of the tools of a cloud, stand-ins that answer from a recording: a list of calls in their order,
 * each with its answer. A call that comes next in no recording fails, and is told.
 *
 * @param recording the name of a file in `recordings/`, or such a list
 * @returns status, stdout, stderr, the calls that were not expected, and those that were not made
 */
export async function play(recording, argv, { cwd, env = {} } = {}) {
  const calls = Array.isArray(recording) ? recording : JSON.parse(readFileSync(new URL(`${recording}.json`, RECORDINGS), 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'standins-'));
  try {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const program of new Set(['az', 'aws', 'kubectl', 'kubelogin', 'relevo', ...calls.map(({ call }) => call[0])])) {
      writeFileSync(join(bin, program), `#!/bin/sh\nexec "${process.execPath}" "${PLAYER}" "${folder}" ${program} "$@"\n`);
      chmodSync(join(bin, program), 0o755);
    }
    writeFileSync(join(folder, 'calls.json'), JSON.stringify(calls));
    const ended = await run(argv, { cwd, env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH}` } });
    const lines = file => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : []);
    return { ...ended, unexpected: lines('unexpected'), left: calls.slice(lines('made').length).map(({ call }) => call.join(' ')) };
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

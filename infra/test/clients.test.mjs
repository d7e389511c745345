import assert from 'node:assert/strict';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { everyCall } from './lib/recordings.mjs';
import { INFRA } from './lib/roots.mjs';
import { run } from './lib/standins.mjs';

// How a client may end when it understood its command line: nobody is logged in here, and nothing can be reached. Version 1 of aws ends with 255.
const UNDERSTOOD = { az: '1', aws: '253|255' };
const README = { az: 'azure/README.md', aws: 'aws/README.md' };

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, program)).find(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The commands of a page that call the client: its indented lines, those that a backslash continues as one. */
function commands(page, client) {
  const code = readFileSync(join(INFRA, page), 'utf8').split('\n').filter(line => line.startsWith('    ')).join('\n');
  return code.replace(/\\\n/g, ' ').split('\n').filter(line => line.trim().startsWith(`${client} `));
}

for (const client of Object.keys(UNDERSTOOD)) {
  const program = onPath(client);
  const skip = program ? false : `${client} is not on the PATH: whether it understands the calls is not checked`;

  test(`${client} itself understands every call of the scripts and of the page`, { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clients-'));
    try {
      const bin = join(folder, 'bin');
      const told = join(folder, 'told');
      mkdirSync(bin);
      const script = (name, text) => {
        writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(bin, name), 0o755);
      };
      script(client, `status=0
"${program}" "$@" || status=$?
case $status in ${UNDERSTOOD[client]}) ;; *) printf '%s %s\\n' "$status" "$*" >>"${told}" ;; esac
echo value`);
      ['terraform', 'kubectl', 'kubelogin', 'docker'].forEach(name => script(name, 'echo value'));
      // Nothing of whoever runs this: neither a login nor, as nobody listens at that port, a way out.
      const env = {
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        HOME: folder,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        AZURE_CORE_COLLECT_TELEMETRY: 'false',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_DEFAULT_REGION: 'eu-central-1',
      };
      for (const call of everyCall(client)) {
        await run(call.map(word => (word === '*' ? join(folder, 'file') : word)), { env });
      }
      const written = commands(README[client], client);
      assert.notDeepEqual(written, []);
      for (const command of written) {
        await run(['bash', '-c', command], { env });
      }
      assert.equal(existsSync(told) ? readFileSync(told, 'utf8') : '', '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { recorded } from './lib/recordings.mjs';
import { play, run } from './lib/standins.mjs';

const SCRIPT = fileURLToPath(new URL('../../ci/azure/deploy.sh', import.meta.url));
const TAG = '1.0.0-218ced3bb0a8';
const REPOSITORY = 'relevoexample.azurecr.io/samples/clients';
const az = recorded('az');
const kubectl = recorded('kubectl');
const IMAGE = `${REPOSITORY}@${az('acr repository show')[0].stdout.trim()}`;

const engine = (words, answer = {}) => ({ call: ['relevo', '-C', '.', '-e', 'azure', ...words], ...answer });
const SETTINGS = engine(['--json', 'config', 'explain'], {
  stdout: JSON.stringify([
    { key: 'app', value: 'clients', origin: 'relevo.yaml:3' },
    { key: 'image.repository', value: 'registry.example.com/samples/clients', origin: 'environment azure, relevo.yaml:72' },
    { key: 'environment.namespace', value: 'clients', origin: 'environment azure, relevo.yaml:71' },
  ]),
});
const step = (name, answer) => engine(['--set', `image.repository=${REPOSITORY}`, name], answer);

// Up to each point everything goes well.
const FOUND = az('account show', 'group list', 'acr list', 'aks list');
const KNOWN = [...FOUND, SETTINGS, ...az('acr repository show')];
const REACHED = [...KNOWN, ...az('aks get-credentials'), { call: ['kubelogin', 'convert-kubeconfig', '--login', 'azurecli'] }];
const DEPLOYED = [...REACHED, step('configmap', { stdout: 'clients-config-cb4be91aae\n' }), step('deploy', { stdout: 'https://clients.example.com\n' })];

/** Runs the script in a project of its own and also gives what it left there for the engine. */
async function deploy(calls, ...args) {
  const project = mkdtempSync(join(tmpdir(), 'deploy-'));
  try {
    writeFileSync(join(project, 'relevo.yaml'), 'apiVersion: relevo.dev/v1\n');
    const ended = await play(calls, [SCRIPT, ...args], { cwd: project, env: { RELEVO_POLL_SECONDS: '0', RELEVO: '', KUBECONFIG: '/nobody' } });
    let pushed;
    try {
      pushed = JSON.parse(readFileSync(join(project, '.relevo', 'push.json'), 'utf8'));
    } catch {
      pushed = undefined;
    }
    return { ...ended, pushed };
  } finally {
    rmSync(project, { recursive: true });
  }
}

test('it finds group, registry and cluster, deploys the digest of the tag, waits for the address and prints it', async () => {
  const { status, stdout, stderr, unexpected, left, pushed } = await deploy([...DEPLOYED, ...kubectl('get ingress, no address yet', 'get ingress')], TAG);

  assert.deepEqual({ status, unexpected, left }, { status: 0, unexpected: [], left: [] }, stderr);
  assert.equal(stdout, 'https://clients.example.com\n20.73.14.209\n');
  assert.match(stderr, /group relevo, registry relevoexample\.azurecr\.io, cluster relevo\n/);
  assert.deepEqual(pushed.result, { image: IMAGE, tags: [TAG], bytesSent: 0, bytesPresent: 0 });
});

test('what it leaves for the engine has the published form of a step result', async () => {
  const { pushed } = await deploy([...DEPLOYED, ...kubectl('get ingress')], TAG);
  const schema = JSON.parse(readFileSync(new URL('../../resources/dev/relevo/step-result.schema.json', import.meta.url), 'utf8'));
  const { then } = schema.allOf.find(({ if: { properties } }) => properties.step.const === 'push');

  assert.deepEqual(Object.keys(pushed).sort(), [...schema.required, 'result'].sort());
  assert.deepEqual(Object.keys(pushed.result).sort(), [...then.properties.result.required].sort());
  assert.ok(schema.properties.outcome.enum.includes(pushed.outcome));
  assert.match(pushed.result.image, new RegExp(then.properties.result.properties.image.pattern));
  assert.match(pushed.startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

for (const [name, calls, expected, message] of [
  ['nobody is logged in', az('account show, not logged in'), 6, /error: az is not logged in\nwhat to do: Run az login/],
  ['the groups cannot be listed', az('account show', 'group list, throttled'), 6, /\(TooManyRequests\)[^]*error: the resource groups cannot be listed\nwhat to do: Name the group with -g/],
  ['no group has the tag', az('account show', 'group list, none'), 6, /there is no resource group with the tag project=relevo\nwhat to do: Apply infra\/azure/],
  ['two groups have the tag', az('account show', 'group list, two'), 6, /there are 2 of resource group with the tag project=relevo: relevo relevo-old\nwhat to do: .* name the group with -g/],
  ['the group is gone', az('account show', 'group list', 'acr list, no such group'), 6, /\(ResourceGroupNotFound\)[^]*error: the registries of relevo cannot be listed\nwhat to do: Look whether the group is there/],
  ['the registries may not be listed', az('account show', 'group list', 'acr list, forbidden'), 6, /\(AuthorizationFailed\)[^]*what to do: .*the identity needs the role Reader/],
  ['the group has no registry', az('account show', 'group list', 'acr list, none'), 6, /there is no registry in relevo\nwhat to do: Look at az acr list/],
  ['the registry has no such tag', [...FOUND, SETTINGS, ...az('acr repository show, no such tag')], 5, /relevoexample\.azurecr\.io has no samples\/clients:1\.0\.0-218ced3bb0a8\nwhat to do: Push it/],
  ['the registry refuses the identity', [...FOUND, SETTINGS, ...az('acr repository show, forbidden')], 5, /relevoexample\.azurecr\.io cannot be asked for samples\/clients:1\.0\.0-218ced3bb0a8\nwhat to do: The identity needs the role AcrPull/],
  ['the cluster gives no credentials', [...KNOWN, ...az('aks get-credentials, forbidden')], 6, /listClusterUserCredential\/action[^]*there are no credentials for relevo\nwhat to do: The identity needs the role Azure Kubernetes Service Cluster User Role/],
  ['the deploy fails', [...REACHED, step('configmap'), step('deploy', { status: 7, stderr: 'error RLV-701: ...\n' })], 7, /error RLV-701/],
]) {
  test(`when ${name} it ends with ${expected}, says what to do, and does nothing more`, async () => {
    const { status, stdout, stderr, unexpected, left } = await deploy(calls, TAG);

    assert.deepEqual({ status, stdout, unexpected, left }, { status: expected, stdout: '', unexpected: [], left: [] }, stderr);
    assert.match(stderr, message);
  });
}

for (const [matter, answer] of [
  ['never comes', 'get ingress, no address yet'],
  ['is asked of an Ingress that is not there', 'get ingress, no such ingress'],
]) {
  test(`an address that ${matter} is told, and that the release serves`, async () => {
    const [asked] = kubectl(answer);
    const { status, stderr, left } = await deploy([...DEPLOYED, asked], '-t', '0', TAG);

    assert.deepEqual([status, left], [6, []]);
    assert.ok(stderr.includes(`${asked.stderr ?? ''}error: Ingress/clients has had no address for 0 s; the release itself serves`), stderr);
  });
}

for (const [args, message] of [
  [[], /expected one TAG, got 0/],
  [['samples/clients:1'], /\[samples\/clients:1\] is no tag/],
  [['-t', 'soon', '1'], /-t \[soon\] is no number/],
  [['-x', '1'], /unknown option or missing value: -x/],
  [['-C', '/nowhere', '1'], /no relevo\.yaml in \[\/nowhere\]/],
]) {
  test(`arguments [${args.join(' ')}] are refused before anything is asked`, async () => {
    const { status, stderr, unexpected } = await deploy([], ...args);

    assert.deepEqual({ status, unexpected }, { status: 2, unexpected: [] });
    assert.match(stderr, message);
  });
}

test('a call that is in no recording fails the run', async () => {
  const { status, unexpected } = await deploy(az('account show'), TAG);

  assert.notEqual(status, 0);
  assert.deepEqual(unexpected, ['az group list --tag project=relevo --query [].name --output tsv']);
});

test('shellcheck has nothing to say', async t => {
  try {
    const { status, stdout } = await run(['shellcheck', SCRIPT]);
    assert.equal(status, 0, stdout);
  } catch (missing) {
    if (missing.code !== 'ENOENT') {
      throw missing;
    }
    t.skip('shellcheck is not on the PATH');
  }
});

import assert from 'node:assert/strict';
import { accessSync, constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { INFRA } from './lib/roots.mjs';
import { run } from './lib/standins.mjs';

const ROOTS = ['aws', 'azure'];
const NO_REGISTRY = /Failed to (query available provider packages|install provider)|could not connect to registry/i;

const tool = ['terraform', 'tofu'].find(name =>
  (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }),
);
const skip = tool ? false : 'neither terraform nor tofu is on the PATH: formats, values and configurations are not checked by the tool itself';

/** A copy, so that nothing of the tool's is left beside the files. */
async function inCopy(action, ...files) {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  try {
    files.forEach(([from, to]) => cpSync(join(INFRA, from), join(folder, to), { recursive: true, filter: path => !path.includes('.terraform') }));
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('files are formatted', { skip }, async () => {
  for (const root of ROOTS) {
    const { status, stdout } = await run([tool, `-chdir=${join(INFRA, root)}`, 'fmt', '-check', '-recursive']);
    assert.equal(status, 0, stdout);
  }
});

for (const root of ROOTS) {
  test(`${root} is valid for the tool itself, with its providers`, { skip }, async t =>
    inCopy(async folder => {
      const begun = await run([tool, 'init', '-backend=false', '-input=false', '-no-color'], { cwd: folder });
      if (begun.status !== 0 && NO_REGISTRY.test(begun.stderr)) {
        t.skip(`${tool} cannot get the providers of ${root}: init and validate did not run`);
        return;
      }
      assert.equal(begun.status, 0, begun.stderr);
      const { status, stdout, stderr } = await run([tool, 'validate', '-no-color'], { cwd: folder });
      assert.equal(status, 0, stdout + stderr);
    }, [root, '.']));
}

const GIVEN = {
  aws: { region: 'eu-central-1', admin_principal_arns: ['arn:aws:iam::123456789012:role/admin'], zone_name: 'example.com', host: 'clients.example.com' },
  azure: {
    subscription_id: '00000000-0000-0000-0000-000000000000',
    registry_name: 'relevoexample',
    vault_name: 'relevo-example',
    allowed_cidrs: ['203.0.113.7/32'],
    admin_group_object_ids: ['00000000-0000-0000-0000-000000000000'],
  },
};
const REFUSED = {
  aws: [
    [{ name: 'Relevo_' }, 'The name must be 3 to 20 small letters'],
    [{ region: 'Frankfurt' }, 'The region must look like eu-central-1'],
    [{ network_cidr: '10.20.0.0/24' }, 'IPv4 range from /16 to /20'],
    [{ database_network_cidr: '10.20.5.0/24' }, 'must not overlap with the cluster'],
    [{ network_cidr: '10.0.0.0/16', database_network_cidr: '10.0.0.0/16' }, 'must not overlap with the cluster'],
    [{ database_network_cidr: 'somewhere' }, 'IPv4 range from /16 to /26'],
    [{ api_allowed_cidrs: ['0.0.0.0/0'] }, 'the whole internet is not allowed'],
    [{ admin_principal_arns: [] }, 'nobody could reach the cluster'],
    [{ host: 'clients.example.org' }, 'The host must lie in the zone'],
    [{ repositories: ['Samples/Clients'] }, 'Names of repositories are small letters'],
    [{ github_repository: 'clients' }, 'given as OWNER/NAME'],
    [{ database_password_version: 0.5 }, 'a whole number from 1 on'],
  ],
  azure: [
    [{ subscription_id: 'mine' }, 'The subscription must be given by its id'],
    [{ registry_name: 'relevo-example' }, '5 to 50 small letters and digits'],
    [{ vault_name: '1vault' }, 'and begin with a letter'],
    [{ network_cidr: '10.40.0.0/24' }, 'IPv4 range from /12 to /18'],
    [{ pod_cidr: '10.40.128.0/17' }, 'must not overlap with the network'],
    [{ service_cidr: '10.244.1.0/24' }, 'must overlap neither with the network'],
    [{ allowed_cidrs: ['0.0.0.0/0'] }, 'the whole internet is not allowed'],
    [{ admin_group_object_ids: [] }, 'nobody could reach the cluster'],
    [{ dns_zone_id: 'example.com' }, 'The zone must be given by its id'],
    [{ database_sku: 'large' }, 'B_Standard_'],
  ],
};

for (const root of ROOTS) {
  const plan = (folder, values) => {
    const env = Object.entries(values).map(([name, value]) => [`TF_VAR_${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
    return run([tool, 'plan', '-input=false', '-no-color'], { cwd: folder, env: { ...process.env, ...Object.fromEntries(env) } });
  };

  test(`${root} takes good values and refuses others with a sentence that says what is expected`, { skip }, async () =>
    // The variables alone need no provider.
    inCopy(async folder => {
      assert.equal((await run([tool, 'init', '-input=false'], { cwd: folder })).status, 0);
      const good = await plan(folder, GIVEN[root]);
      assert.equal(good.status, 0, good.stderr);
      for (const [values, sentence] of REFUSED[root]) {
        const { status, stderr } = await plan(folder, { ...GIVEN[root], ...values });
        assert.equal(status, 1, JSON.stringify(values));
        // The tool breaks long sentences into lines.
        const said = stderr.replace(/[│\s]+/g, ' ');
        assert.ok(said.includes(sentence), `${JSON.stringify(values)}: ${said}`);
      }
    }, [join(root, 'variables.tf'), 'variables.tf']));
}

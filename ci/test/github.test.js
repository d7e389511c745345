import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ACTIONS } from '../support/actions.js';
import { AS_RECORDED, aws, az, clouds } from '../support/clouds.js';
import { WORKFLOWS, findings, runStep, step, steps, text, yaml } from '../support/github.js';
import { ROOT, folder, run, standIn, write } from '../support/place.js';

const RELEVO = '.github/workflows/relevo.yml';
const FILES = [...WORKFLOWS, 'action.yml'];

for (const file of FILES) {
  test(`GitHub's parser finds nothing wrong with ${file}`, async () => {
    assert.deepEqual(await findings(file), []);
  });

  test(`${file} uses the actions of others by commit, and says which version that is`, () => {
    const uses = [...text(file).matchAll(/uses: (\S+)(?: # (\S+))?/g)].filter((each) => !each[1].startsWith('./'));
    for (const [, action, version] of uses) {
      assert.match(action, /@[0-9a-f]{40}$/);
      assert.equal(version, ACTIONS[action]?.version, action);
    }
  });

  test(`${file} puts no expression into a script`, () => {
    for (const each of steps(file)) {
      assert.doesNotMatch(each.run ?? '', /\$\{\{/, each.name);
    }
  });

  test(`the scripts in ${file} are free of the mistakes that ShellCheck knows`, async (t) => {
    const place = folder(t);
    for (const each of steps(file).filter((candidate) => candidate.run)) {
      const script = write(join(place, 'script.sh'), `#!/bin/bash\nset -eo pipefail\n${each.run}`);
      const check = await run('shellcheck', [script]);
      if (check.status === 'ENOENT') {
        t.skip('there is no shellcheck on the PATH');
        return;
      }
      assert.equal(check.out, '', each.name);
    }
  });
}

test('the parser does find mistakes', async () => {
  const mistakes = [
    ['type: string\n        required: true', 'type: text\n        required: true', /Unexpected value 'text'/],
    ['needs: deploy\n', 'needs: deplo\n', /depends on unknown job 'deplo'/],
    ['${{ inputs.cluster }}', '${{ inputs.clsuter }}', /clsuter/],
    ['fetch-depth: 0', 'fetch-deep: 0', /Invalid action input 'fetch-deep'/],
    ['if: inputs.cloud == \'aws\'', 'if: inputs.cloud = \'aws\'', /Unexpected symbol|syntax|expression/i],
    ['v4.0.1', 'v4.0.1\n        uze: x', /Unexpected value 'uze'/],
  ];
  for (const [right, wrong, said] of mistakes) {
    assert.ok(text(RELEVO).includes(right), right);
    assert.match((await findings(RELEVO, text(RELEVO).replace(right, wrong))).join('\n'), said, wrong);
  }
  const caller = '.github/workflows/sample-service.yml';
  assert.match((await findings(caller, text(caller).replace('cloud: aws', 'clowd: aws'))).join('\n'), /Invalid input, clowd/);
  assert.match((await findings(caller, text(caller).replace('environment: aws', ''))).join('\n'), /Input environment is required/);
  assert.match((await findings('action.yml', text('action.yml').replace('using: composite', 'using: compsite'))).join('\n'), /compsite/);
});

test('the workflow gives the action no input that it does not have', () => {
  const known = Object.keys(yaml('action.yml').inputs);
  const own = steps(RELEVO).filter((each) => each.uses === './relevo');
  assert.equal(own.length, 5);
  for (const each of own) {
    assert.deepEqual(Object.keys(each.with).filter((name) => !known.includes(name)), []);
  }
});

test('the caller names what the sample service and the infrastructure have', () => {
  const { deliver } = yaml('.github/workflows/sample-service.yml').jobs;
  const settings = yaml('sample-service/relevo.yaml').environments[deliver.with.environment];
  assert.ok(settings.deploy.hooks.before.some((hook) => hook.name === deliver.with['database-hook']));
  assert.match(text('sample-service/k8s/aws/ingress.yaml'), new RegExp(`load-balancer-name: ${deliver.with['load-balancer']}\\n`));
  const variables = text('infra/aws/variables.tf');
  assert.match(variables, new RegExp(`variable "name" \\{[^}]*default +. "${deliver.with.cluster}"`));
  assert.match(variables, new RegExp(`variable "github_environment" \\{[^}]*default +. "${deliver.with.environment}"`));
  assert.match(variables, /variable "load_balancer_name"/);
});

test('nobody may more than what the job is there for', () => {
  const { permissions, jobs } = yaml(RELEVO);
  assert.deepEqual(permissions, {});
  assert.deepEqual(jobs.artifact.permissions, { contents: 'read' });
  for (const job of ['plan', 'infrastructure', 'deploy', 'dns']) {
    assert.deepEqual(jobs[job].permissions, { contents: 'read', 'id-token': 'write' });
  }
  for (const job of ['infrastructure', 'deploy', 'dns']) {
    assert.ok(jobs[job].environment, `${job} waits for the rules of an environment`);
  }
  assert.deepEqual(yaml('.github/workflows/ci.yml').permissions, { contents: 'read' });
  for (const file of WORKFLOWS) {
    for (const each of steps(file).filter((candidate) => candidate.uses?.startsWith('actions/checkout@'))) {
      assert.equal(each.with['persist-credentials'], false);
    }
  }
});

test('no key of a cloud is stored: every login shows a token of the run', () => {
  for (const each of steps(RELEVO).filter((candidate) => /configure-aws-credentials|Azure\/login/.test(candidate.uses ?? ''))) {
    assert.doesNotMatch(JSON.stringify(each.with), /secret|key|creds|password/i);
  }
});

test('the own checks run what README.md says, by .ci/run', () => {
  assert.ok(steps('.github/workflows/ci.yml').some((each) => each.run === '.ci/run'));
  assert.match(text('.ci/run'), /^mvn -B verify$/m);
  assert.match(text('README.md'), /^ {4}mvn verify /m);
});

test('every workflow on the page for users is one that GitHub takes', async () => {
  const page = text('docs/github-actions.md');
  const shown = [...page.matchAll(/```yaml\n([^]*?)```/g)].map((block) => block[1]);
  assert.equal(shown.length, 2);
  assert.equal(shown[1], text('.github/workflows/sample-service.yml'));
  assert.deepEqual(await findings('.github/workflows/deliver.yml', shown[0]), []);
  const mistyped = await findings('.github/workflows/deliver.yml', shown[0].replace('command:', 'comand:'));
  assert.match(mistyped.join(), /Invalid action input 'comand'/);
});

test('the action runs the engine and hands on what it made', async (t) => {
  const place = folder(t);
  write(join(place, 'a project/relevo.yaml'), 'app: clients\nimage: {repository: example.com/clients}\n' +
    'test: {command: [sh, test.sh], reports: [report.xml]}\n');
  write(join(place, 'a project/test.sh'), 'echo "<testsuite><testcase classname=\'a\' name=\'b\'/></testsuite>" >report.xml\n');
  const inputs = { GITHUB_ACTION_PATH: ROOT, COMMAND: 'test', DIRECTORY: 'a project', ENVIRONMENT: '', STRATEGY: '', RELEVO_ARGS: '{}' };

  const done = await runStep(t, step('action.yml', '', 'relevo'), inputs, place);

  assert.equal(done.status, 0, done.err);
  assert.equal(done.out, '1 tests, 0 failed, 0 errors, 0 skipped\n');
  assert.match(done.err, /^::group::test clients$/m);
  assert.match(done.summary, /\| test \| done \| .* \| 1 tests, 1 passed \|/);

  const refused = await runStep(t, step('action.yml', '', 'relevo'), { ...inputs, ENVIRONMENT: 'prod"; exit 0 #' }, place);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /There is no environment \[prod"; exit 0 #\]/);
});

test('the action gives every input to the engine as one word', async (t) => {
  const place = folder(t);
  standIn(place, 'relevo', 'echo "image<<x" >>"$GITHUB_OUTPUT"; echo a@sha256:1 >>"$GITHUB_OUTPUT"; echo x >>"$GITHUB_OUTPUT"; printf "[%s]" "$@" "$RELEVO_ARGS"');
  const inputs = {
    GITHUB_ACTION_PATH: place,
    COMMAND: 'registry refresh',
    DIRECTORY: 'a b',
    ENVIRONMENT: '$(date)',
    STRATEGY: 'canary',
    RELEVO_ARGS: '{"noWait": true}',
  };
  const done = await runStep(t, step('action.yml', '', 'relevo'), inputs, place);
  assert.equal(done.out, '[registry][refresh][-C][a b][-e][$(date)][--strategy][canary][{"noWait": true}]');
  assert.deepEqual(done.values, { image: 'a@sha256:1' });
});

test('the engine is kept under a key of what it is made of', async (t) => {
  const place = folder(t);
  for (const file of ['relevo', 'pom.xml', 'src/main/A.java', 'resources/a.yaml', 'src/test/T.java']) {
    write(join(place, file), file);
  }
  const key = async () => (await runStep(t, step('action.yml', '', 'sources'), { GITHUB_ACTION_PATH: place })).values.key;
  const first = await key();
  assert.match(first, /^[0-9a-f]{64}$/);
  write(join(place, 'src/test/T.java'), 'changed');
  assert.equal(await key(), first);
  write(join(place, 'resources/a.yaml'), 'changed');
  assert.notEqual(await key(), first);
});

/** A Terraform that finds changes or none, and an aws that is asked for the load balancer. */
function terraform(t, { status, plan = 'Plan: 1 to add, 0 to change, 0 to destroy.', balancer = 'elbv2 describe-load-balancers, no such balancer' }) {
  const place = folder(t);
  const bin = join(place, 'bin');
  standIn(bin, 'terraform', `case $1 in
    plan) echo "refreshing"; echo "balancer=\${TF_VAR_load_balancer_name:-none}" >>"${bin}/calls"; exit ${status} ;;
    show) echo "${plan}" ;;
    esac`);
  const cloud = clouds(t, aws(balancer));
  write(join(place, 'infra/aws/main.tf'), '');
  const variables = {
    PATH: `${bin}:${cloud.bin}:${process.env.PATH}`,
    CLOUD: 'aws',
    FOLDER: 'infra/aws',
    BACKEND: 'bucket=state\nregion=eu-central-1',
    VARIABLES: '{"region": "eu-central-1"}',
    LOAD_BALANCER: 'clients',
  };
  return {
    variables,
    place,
    plan: (more = {}) => runStep(t, step(RELEVO, 'plan', 'plan'), { ...variables, ...more }, place),
    calls: () => (existsSync(join(bin, 'calls')) ? readFileSync(join(bin, 'calls'), 'utf8') : ''),
    ended: cloud.ended,
  };
}

test('infrastructure is planned, and the plan is shown and has a fingerprint', async (t) => {
  const cloud = terraform(t, { status: 2 });
  const done = await cloud.plan();

  assert.equal(done.status, 0, done.err);
  assert.equal(done.values.changes, 'true');
  assert.match(done.values.fingerprint, /^[0-9a-f]{64}$/);
  assert.match(done.summary, /^### Infrastructure\n~~~~\nPlan: 1 to add/);
  assert.match(cloud.calls(), /terraform init -backend-config=relevo.tfbackend\nterraform validate\nterraform plan .*-out=relevo.tfplan\nbalancer=none\nterraform show/);
  assert.equal(readFileSync(join(cloud.place, 'infra/aws/relevo.tfbackend'), 'utf8'), 'bucket=state\nregion=eu-central-1\n');
  assert.equal(readFileSync(join(cloud.place, 'infra/aws/relevo.auto.tfvars.json'), 'utf8'), '{"region": "eu-central-1"}\n');

  const other = await terraform(t, { status: 2, plan: 'Plan: 2 to add, 0 to change, 0 to destroy.' }).plan();
  assert.notEqual(other.values.fingerprint, done.values.fingerprint);
  assert.equal((await terraform(t, { status: 0, plan: 'No changes.' }).plan()).values.changes, 'false');
});

test('the host leads to the load balancer as soon as that is there', async (t) => {
  const there = terraform(t, { status: 2, balancer: 'elbv2 describe-load-balancers' });
  await there.plan();
  assert.match(there.calls(), /balancer=clients\n/);
  assert.deepEqual(there.ended(), AS_RECORDED);
});

test('nothing is planned while it is not known whether there is a load balancer', async (t) => {
  const refused = terraform(t, { status: 2, balancer: 'elbv2 describe-load-balancers, forbidden' });
  const done = await refused.plan();
  assert.equal(done.status, 1);
  assert.match(done.out, /\(AccessDenied\)[^]*::error::the load balancer \[clients\] cannot be looked for; the role needs elasticloadbalancing:DescribeLoadBalancers\n$/);
  assert.equal(refused.calls(), '');
});

test('a plan that cannot be made ends the job with what Terraform said', async (t) => {
  const done = await terraform(t, { status: 1 }).plan();
  assert.equal(done.status, 1);
  assert.match(done.out, /refreshing/);
  assert.deepEqual(done.values, {});
});

test('only the plan that was approved is applied', async (t) => {
  const cloud = terraform(t, { status: 2 });
  const apply = step(RELEVO, 'infrastructure', 'Apply');
  assert.equal((await runStep(t, apply, { ...cloud.variables, AGREED: 'a', FOUND: 'a' }, cloud.place)).status, 0);
  assert.match(cloud.calls(), /terraform -chdir=infra\/aws apply -lock-timeout=5m relevo.tfplan/);

  const changed = terraform(t, { status: 2 });
  const refused = await runStep(t, apply, { ...changed.variables, AGREED: 'a', FOUND: 'b' }, changed.place);
  assert.equal(refused.status, 1);
  assert.match(refused.out, /^::error::the plan is another one than the one that was approved; nothing was changed/);
  assert.equal(changed.calls(), '');
});

const NO_LOGIN = { SECRET_KUBECONFIG: '', REGISTRY_USERNAME: '', REGISTRY_PASSWORD: '', RESOURCE_GROUP: '', CLUSTER: 'relevo', REGISTRY: 'example.com' };

/** The step with the recorded answers of the cloud; `calls` are those of the programs beside it. */
function login(t, variables, answers = []) {
  const bin = join(folder(t), 'bin');
  standIn(bin, 'docker', 'printf "password %s\\n" "$(cat)" >>"$(dirname "$0")/calls"');
  const cloud = clouds(t, answers);
  const found = step(RELEVO, 'deploy', 'Log in to cluster and registry');
  return runStep(t, found, { ...NO_LOGIN, PATH: `${bin}:${cloud.bin}:${process.env.PATH}`, ...variables }).then((ended) => ({
    ...ended,
    calls: existsSync(join(bin, 'calls')) ? readFileSync(join(bin, 'calls'), 'utf8') : '',
    clouds: cloud.ended(),
  }));
}

test('a cluster of AWS is reached, and its registry, with the role of the run', async (t) => {
  const done = await login(t, { CLOUD: 'aws' }, aws('eks update-kubeconfig', 'ecr get-login-password'));
  assert.equal(done.status, 0, done.err);
  assert.deepEqual(done.clouds, AS_RECORDED);
  assert.equal(done.calls, 'docker login --username AWS --password-stdin example.com\npassword 123456789012-auth-token\n');
  assert.deepEqual(done.env, { KUBECONFIG: `${done.place}/kubeconfig`, DOCKER_CONFIG: `${done.place}/docker` });
  assert.match(readFileSync(join(done.place, 'kubeconfig'), 'utf8'), /command: aws\n/);
});

test('a cluster of Azure is reached, and its registry, with the identity of the run', async (t) => {
  const done = await login(
    t,
    { CLOUD: 'azure', RESOURCE_GROUP: 'relevo', REGISTRY: 'relevoexample.azurecr.io' },
    az('aks install-cli', 'aks get-credentials', 'acr login'),
  );
  assert.equal(done.status, 0, done.err);
  assert.deepEqual(done.clouds, AS_RECORDED);
  assert.equal(done.calls, 'docker login --username 00000000-0000-0000-0000-000000000000 --password-stdin relevoexample.azurecr.io\npassword REDACTED\n');
  assert.equal(done.path, `${done.place}/bin\n`);
});

test('a login that the cloud refuses ends the job with its words and the missing right', async (t) => {
  for (const [variables, answers, said] of [
    [{ CLOUD: 'aws' }, aws('eks update-kubeconfig, no such cluster'), '[relevo], see above; the identity of the run needs eks:DescribeCluster'],
    [{ CLOUD: 'aws' }, aws('eks update-kubeconfig, forbidden'), '[relevo], see above; the identity of the run needs eks:DescribeCluster'],
    [{ CLOUD: 'aws' }, aws('eks update-kubeconfig', 'ecr get-login-password, forbidden'), '[example.com], see above; the identity of the run needs ecr:GetAuthorizationToken'],
    [{ CLOUD: 'azure', RESOURCE_GROUP: 'relevo' }, az('aks install-cli', 'aks get-credentials, forbidden'), '[relevo], see above; the identity of the run needs Azure Kubernetes Service Cluster User Role'],
    [
      { CLOUD: 'azure', RESOURCE_GROUP: 'relevo', REGISTRY: 'relevoexample.azurecr.io' },
      az('aks install-cli', 'aks get-credentials', 'acr login, forbidden'),
      '[relevoexample.azurecr.io], see above; the identity of the run needs AcrPush',
    ],
  ]) {
    const refused = await login(t, variables, answers);
    assert.deepEqual([refused.status, refused.err, refused.calls, refused.clouds], [6, answers.at(-1).stderr, '', AS_RECORDED]);
    assert.ok(refused.out.endsWith(`::error::the cloud gives no login for ${said}\n`), refused.out);
  }
});

test('any other cluster is reached by the secret kubeconfig', async (t) => {
  const done = await login(
    t,
    { CLOUD: '', SECRET_KUBECONFIG: 'apiVersion: v1', REGISTRY_USERNAME: 'ada', REGISTRY_PASSWORD: 'secret' },
  );
  assert.equal(done.status, 0, done.err);
  assert.equal(readFileSync(join(done.place, 'kubeconfig'), 'utf8'), 'apiVersion: v1\n');
  assert.equal(done.calls, 'docker login --username ada --password-stdin example.com\npassword secret\n');

  const unknown = await login(t, { CLOUD: 'gcp' });
  assert.equal(unknown.status, 2);
  assert.match(unknown.out, /::error::cloud is \[gcp\]; expected aws, azure, or nothing/);
});

test('a deploy without the initialised database is an error', async (t) => {
  const found = step(RELEVO, 'deploy', 'Database');
  const result = (outcome, hooks) => write(join(folder(t), 'deploy.json'), JSON.stringify({ outcome, result: { release: 3, hooks } }));
  const check = (file) => runStep(t, found, { RESULT: file, HOOK: 'database' });

  assert.equal((await check(result('DONE', [{ name: 'database', moment: 'before', outcome: 'done' }]))).status, 0);
  assert.match((await check(result('UNCHANGED', []))).out, /release 3 serves already/);
  for (const hooks of [[], [{ name: 'database', outcome: 'failed' }], [{ name: 'credentials', outcome: 'done' }]]) {
    const refused = await check(result('DONE', hooks));
    assert.equal(refused.status, 1);
    assert.match(refused.out, /the hook \[database\] that initialises the database did not run/);
  }
});

test('the host is looked for once where the next job makes its record, and waited for where the cluster does', async (t) => {
  const found = step(RELEVO, 'deploy', 'host');
  const look = (script, attempts) => {
    const bin = join(folder(t), 'bin');
    standIn(bin, 'getent', script);
    standIn(bin, 'sleep');
    return runStep(t, found, { HOST: 'clients.example.com', ATTEMPTS: String(attempts), PATH: `${bin}:${process.env.PATH}` });
  };
  assert.equal((await look('echo 192.0.2.1', 1)).values.host, 'known');
  const unknown = await look('exit 2', 1);
  assert.deepEqual([unknown.status, unknown.values.host], [0, 'unknown']);
  assert.equal((await look('[ "$(grep -c sleep "$(dirname "$0")/calls")" -ge 3 ]', 60)).values.host, 'known');
  const never = await look('exit 2', 60);
  assert.equal(never.status, 1);
  assert.match(never.out, /::error::\[clients.example.com\] leads nowhere after 600 s/);
});

test('the record is made by what was planned with the load balancer', async (t) => {
  const cloud = terraform(t, { status: 2 });
  const done = await runStep(t, step(RELEVO, 'dns', 'Record'), cloud.variables, cloud.place);
  assert.equal(done.status, 0, done.err);
  assert.equal(cloud.calls(), 'terraform -chdir=infra/aws apply -lock-timeout=5m relevo.tfplan\n');
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { SCHEMA } from '../support/azure-schema.js';
import { SAMPLE, TEMPLATES, findings, steps, text, yaml } from '../support/azure.js';
import { AS_RECORDED, az, clouds } from '../support/clouds.js';
import { ROOT, folder, run, standIn, write } from '../support/place.js';

const RELEVO = 'ci/azure/relevo.yml';
const FILES = [...TEMPLATES, SAMPLE];

for (const file of FILES) {
  test(`Microsoft's language service finds nothing wrong with ${file}`, async () => {
    assert.deepEqual(await findings(SCHEMA, file), []);
  });

  test(`nor does it by Microsoft's own schema`, async (t) => {
    const given = process.env.AZURE_PIPELINES_SCHEMA;
    if (!given) {
      t.skip('AZURE_PIPELINES_SCHEMA names no service-schema.json of microsoft/azure-pipelines-vscode');
      return;
    }
    const found = await findings(JSON.parse(readFileSync(given, 'utf8')), file);
    // That schema knows the second version of this task by its name only.
    const line = text(file).split('\n').findIndex((each) => each.includes('PublishCodeCoverageResults@2')) + 1;
    const gap = found.filter((each) => {
      const at = Number(each.split(':')[1]);
      return line > 0 && at >= line && at <= line + 4;
    });
    assert.deepEqual(found.filter((each) => !gap.includes(each)), []);
  });

  test(`${file} uses no anchors, which Azure DevOps does not take, and puts no parameter into a script`, () => {
    assert.doesNotMatch(text(file), /[:-] [&*][a-z]/);
    for (const each of steps(yaml(file))) {
      assert.doesNotMatch(each.bash ?? '', /\$\{\{|\$\([A-Za-z.]+\)/, each.name);
    }
  });
}

test('the language service does find mistakes', async () => {
  for (const [right, wrong, said] of [
    ['dependsOn: Tests', 'dependOn: Tests', /dependOn/],
    ['failTaskOnMissingResultsFile', 'failTaskOnMisingResultsFile', /failTaskOnMisingResultsFile/],
    ['task: AzureCLI@2', 'task: AzureCLY@2', /Value is not accepted/],
    ['searchFolder: $(project)', 'searchFolder: [a]', /Incorrect type|Expected "string"/i],
    ['  - name: environment\n    type: string', '  - name: environment\n    type: text', /Value is not accepted/],
  ]) {
    assert.ok(text(RELEVO).includes(right), right);
    assert.match((await findings(SCHEMA, RELEVO, text(RELEVO).replace(right, wrong))).join('\n'), said, wrong);
  }
});

/** Asserts that a call of a template gives what its parameters ask for. */
function assertFits(call, template) {
  const parameters = Object.fromEntries(yaml(template).parameters.map((each) => [each.name, each]));
  for (const [name, value] of Object.entries(call.parameters)) {
    assert.ok(parameters[name], `${template} has no parameter ${name}`);
    if (parameters[name].values && !value.includes('${{')) {
      assert.ok(parameters[name].values.includes(value), `${name} is ${value}`);
    }
  }
  for (const each of Object.values(parameters).filter((parameter) => parameter.default === undefined)) {
    assert.ok(each.name in call.parameters, `${template} needs ${each.name}`);
  }
}

test('templates get the parameters that they have', () => {
  const [call] = yaml(SAMPLE).stages;
  assert.equal(join('sample-service', call.template), RELEVO);
  assertFits(call, RELEVO);
  const calls = text(RELEVO).match(/- template: prepare.yml\n +parameters:\n +relevo: \S+ \S+ \S+\n +javaHome: /g);
  assert.equal(calls.length, 3);
  assert.deepEqual(yaml('ci/azure/prepare.yml').parameters.map((each) => each.name), ['relevo', 'javaHome']);
  for (const [, used] of text(RELEVO).matchAll(/\$\{\{[^}]*?parameters\.(\w+)/g)) {
    assert.ok(yaml(RELEVO).parameters.some((each) => each.name === used), used);
  }
});

test('every pipeline on the page for users is one that Azure DevOps takes', async () => {
  const shown = [...text('docs/azure-devops.md').matchAll(/^( *)```yaml\n([^]*?)^ *```/gm)].map(([, indent, block]) =>
    block.replace(new RegExp(`^${indent}`, 'gm'), ''));
  assert.equal(shown.length, 2);
  assert.equal(shown[0], text(SAMPLE));
  assert.deepEqual(await findings(SCHEMA, 'azure-pipelines.yml', shown[1]), []);
  const pipeline = parse(shown[1]);
  assert.equal(pipeline.stages[0].template, `${RELEVO}@${pipeline.resources.repositories[0].repository}`);
  assertFits(pipeline.stages[0], RELEVO);
});

test('a pull request leaves nothing outside of the agent', () => {
  for (const each of [...steps(yaml(RELEVO)), yaml(RELEVO).stages[1]]) {
    if (each.task === 'Docker@2' || each.name === 'push' || each.stage === 'Deploy') {
      assert.match(each.condition, /ne\(variables\['Build.Reason'\], 'PullRequest'\)/);
    }
  }
});

test('the sample service reports its coverage where the pipeline looks for it', () => {
  assert.equal(yaml(SAMPLE).stages[0].parameters.coverage, 'target/site/jacoco/jacoco.xml');
  assert.match(text('sample-service/pom.xml'), /<artifactId>jacoco-maven-plugin<\/artifactId>/);
});

function step(file, name) {
  const found = steps(yaml(file)).find((each) => each.name === name || each.displayName === name);
  assert.ok(found, `${file} has a step [${name}]`);
  return found;
}

/** Runs a step as the agent does. @param variables what its env comes to */
async function runStep(t, found, variables, place = folder(t)) {
  assert.deepEqual(Object.keys(found.env ?? {}).filter((name) => !(name in variables)), []);
  const script = write(join(place, 'script.sh'), found.bash);
  return run('bash', ['--noprofile', '--norc', script], {
    cwd: place,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TF_BUILD: 'True', AGENT_TEMPDIRECTORY: place, ...variables },
  });
}

test('every script is free of the mistakes that ShellCheck knows', async (t) => {
  const place = folder(t);
  for (const each of FILES.flatMap((file) => steps(yaml(file))).filter((candidate) => candidate.bash)) {
    const check = await run('shellcheck', [write(join(place, 'script.sh'), `#!/bin/bash\n${each.bash}`)]);
    if (check.status === 'ENOENT') {
      t.skip('there is no shellcheck on the PATH');
      return;
    }
    assert.equal(check.out, '', each.displayName);
  }
});

test('tests run with the engine, which speaks to Azure DevOps', async (t) => {
  const place = folder(t);
  write(join(place, 'a project/relevo.yaml'), 'app: clients\nimage: {repository: example.com/clients}\n' +
    'test: {command: [sh, test.sh], reports: [report.xml]}\nenvironments: {azure: {namespace: clients}}\n');
  write(join(place, 'a project/test.sh'), 'echo "<testsuite><testcase classname=\'a\' name=\'b\'/></testsuite>" >report.xml\n');

  const done = await runStep(t, step(RELEVO, 'test'),
    { LAUNCHER: join(ROOT, 'relevo'), PROJECT: join(place, 'a project'), ENVIRONMENT: 'azure' }, place);

  assert.equal(done.status, 0, done.err);
  assert.equal(done.out, '1 tests, 0 failed, 0 errors, 0 skipped\n');
  assert.match(done.err, /^##\[group\]test clients$/m);
  const [, summary] = /^##vso\[task\.uploadsummary\](.*)$/m.exec(done.err);
  assert.match(readFileSync(summary, 'utf8'), /\| test \| done \| .* \| 1 tests, 1 passed \|/);
});

test('what the push has left is handed on, and a push that fails ends the step', async (t) => {
  const place = folder(t);
  write(join(place, 'project/.relevo/build.json'), '{}');
  write(join(place, 'project/.relevo/image/index.json'), '{}');
  const variables = (script) => ({
    LAUNCHER: standIn(join(place, 'bin'), 'relevo', script),
    PROJECT: join(place, 'project'),
    ENVIRONMENT: 'azure',
    RESULTS: join(place, 'results'),
  });
  const failed = await runStep(t, step(RELEVO, 'push'), variables('exit 5'), place);
  assert.equal(failed.status, 5);
  assert.ok(!existsSync(join(place, 'results')));

  const done = await runStep(t, step(RELEVO, 'push'), variables(`echo '{}' >"${place}/project/.relevo/push.json"`), place);
  assert.equal(done.status, 0, done.err);
  assert.ok(existsSync(join(place, 'results/push.json')) && existsSync(join(place, 'results/build.json')));
  assert.equal(readFileSync(join(place, 'bin/calls'), 'utf8').split('\n')[1], `relevo push -C ${place}/project -e azure`);
});

test('the JDK is the one of the variable that is named, or the agent\'s own', async (t) => {
  const choose = step('ci/azure/prepare.yml', 'Choose the JDK');
  const chosen = await runStep(t, choose, { JDK_VARIABLE: 'JAVA_HOME_17_X64', JAVA_HOME_17_X64: '/jdk' });
  assert.equal(chosen.out, '##vso[task.setvariable variable=JAVA_HOME]/jdk\n');
  assert.deepEqual(await runStep(t, choose, { JDK_VARIABLE: 'JAVA_HOME_17_X64' }), { status: 0, out: '', err: '' });
});

/** deliver.sh with results of the job before, and programs that tell how they were called. */
async function deliver(t, variables, engine = '', answers = []) {
  const place = folder(t);
  const bin = join(place, 'bin');
  write(join(place, 'results/push.json'), '{"step": "push"}');
  standIn(bin, 'relevo', `echo "KUBECONFIG \${KUBECONFIG##*/}" >>"${bin}/calls"; ${engine}`);
  const cloud = clouds(t, answers);
  const ended = await run(join(ROOT, 'ci/azure/deliver.sh'), [], {
    env: {
      PATH: `${bin}:${cloud.bin}:${process.env.PATH}`,
      LAUNCHER: join(bin, 'relevo'),
      PROJECT: join(place, 'project'),
      ENVIRONMENT: 'azure',
      RESULTS: join(place, 'results'),
      ...variables(place),
    },
  });
  return { ...ended, place, calls: existsSync(join(bin, 'calls')) ? readFileSync(join(bin, 'calls'), 'utf8') : '', clouds: cloud.ended() };
}

test('a cluster of Azure is reached with the login of the service connection', async (t) => {
  const told = join(folder(t), 'told');
  const [install, credentials] = az('aks install-cli', 'aks get-credentials');
  const kubelogin = { ...install.writes, '--kubelogin-install-location': `#!/bin/sh\necho "$*" "\${KUBECONFIG##*/}" >"${told}"\n` };
  const done = await deliver(t, () => ({ RESOURCE_GROUP: 'relevo', CLUSTER: 'relevo', STRATEGY: 'canary' }), '', [{ ...install, writes: kubelogin }, credentials]);
  assert.equal(done.status, 0, done.err);
  assert.deepEqual(done.clouds, AS_RECORDED);
  assert.equal(readFileSync(told, 'utf8'), 'convert-kubeconfig --login azurecli kubeconfig\n');
  assert.equal(done.calls,
    `relevo configmap -C ${done.place}/project -e azure\nKUBECONFIG kubeconfig\n` +
    `relevo deploy -C ${done.place}/project -e azure --strategy canary\nKUBECONFIG kubeconfig\n`);
  assert.equal(readFileSync(join(done.place, 'project/.relevo/push.json'), 'utf8'), '{"step": "push"}');
});

test('a cluster that the service connection may not reach ends the job with the words of Azure and the missing role', async (t) => {
  const answers = az('aks install-cli', 'aks get-credentials, forbidden');
  const refused = await deliver(t, () => ({ RESOURCE_GROUP: 'relevo', CLUSTER: 'relevo' }), '', answers);
  assert.deepEqual([refused.status, refused.calls, refused.clouds], [6, '', AS_RECORDED]);
  assert.equal(refused.err, `${answers[1].stderr}##vso[task.logissue type=error]az gives no credentials for [relevo], see above; ` +
    'the service connection needs the role Azure Kubernetes Service Cluster User Role\n');
});

test('another cluster is reached by the kubeconfig that is given', async (t) => {
  const done = await deliver(t, (place) => ({ KUBECONFIG: write(join(place, 'given'), 'x'), STRATEGY: 'as-configured' }));
  assert.equal(done.status, 0, done.err);
  assert.match(done.calls, /^relevo configmap .*\nKUBECONFIG given\nrelevo deploy -C \S+ -e azure\nKUBECONFIG given\n$/);
});

test('a deploy that fails ends with its status, and one that leads nowhere says what to give', async (t) => {
  const failed = await deliver(t, (place) => ({ KUBECONFIG: write(join(place, 'given'), 'x') }),
    '[ "$1" != deploy ] || { : >"$PROJECT/.relevo/report.html"; exit 7; }');
  assert.equal(failed.status, 7);
  assert.equal(failed.out, `##vso[artifact.upload artifactname=report]${failed.place}/project/.relevo/report.html\n`);
  for (const [variables, said] of [
    [{}, /task.logissue type=error\]nothing leads to the cluster; give azureSubscription/],
    [{ CLUSTER: 'main' }, /task.logissue type=error\]cluster is given without resourceGroup/],
  ]) {
    const refused = await deliver(t, () => variables);
    assert.equal(refused.status, 2);
    assert.match(refused.err, said);
    assert.doesNotMatch(refused.calls, /relevo/);
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, folder, git, run, standIn, write } from '../support/place.js';

const SCRIPT = join(ROOT, 'ci/bash/pipeline.sh');

/** A repository with a service whose tests pass, the settings of its pipeline, and a mail program that keeps its mail. */
class Service {
  constructor(t, settings = {}) {
    this.folder = folder(t);
    this.bin = join(this.folder, 'bin');
    this.home = join(this.folder, 'pipeline');
    this.repository = join(this.folder, 'a repository');
    this.settings = { REPOSITORY: this.repository, FOLDER: this.home, RELEVO: join(ROOT, 'relevo'), STEPS: ['test'], ...settings };
    standIn(this.bin, 'sendmail', `cat >>"${this.folder}/mail"`);
    write(join(this.repository, 'relevo.yaml'), 'app: clients\nimage: {repository: example.com/clients}\n' +
      'test: {command: [sh, test.sh], reports: [report.xml]}\n');
    git(this.repository, 'init', '-q', '-b', 'main');
    this.commit('<testcase classname="clients" name="adds" time="0.1"/>', 'exit 0');
  }

  commit(cases, end) {
    write(join(this.repository, 'test.sh'), `echo '<testsuite>${cases}</testsuite>' >report.xml\n${end}\n`);
    git(this.repository, 'add', '-A');
    git(this.repository, 'commit', '-q', '--allow-empty', '-m', 'Change it');
    return git(this.repository, 'rev-parse', '--short=12', 'HEAD');
  }

  breakTests() {
    return this.commit('<testcase classname="clients" name="adds" time="0.1"><failure message="expected &quot;4&quot; &amp; &lt;!channel>"/></testcase>', 'exit 1');
  }

  /** With the mails to ada. */
  mailing() {
    this.settings.MAIL = 'ada@example.com';
    return this;
  }

  start(...options) {
    const lines = Object.entries(this.settings).map(([name, value]) =>
      Array.isArray(value) ? `${name}=(${value.join(' ')})` : `${name}='${value}'`);
    const settings = write(join(this.folder, 'clients.conf'), lines.join('\n') + '\n');
    return { program: SCRIPT, args: [...options, settings], options: { env: { ...process.env, PATH: `${this.bin}:${process.env.PATH}` } } };
  }

  pipeline(...options) {
    const start = this.start(...options);
    return run(start.program, start.args, start.options);
  }

  logs() {
    return readdirSync(join(this.home, 'log')).filter((name) => name.endsWith('.log')).sort();
  }

  latest() {
    return readFileSync(join(this.home, 'log/latest'), 'utf8');
  }

  mail() {
    const file = join(this.folder, 'mail');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

test('a new commit is delivered once', async (t) => {
  const service = new Service(t).mailing();

  const first = await service.pipeline();
  assert.equal(first.status, 0, first.err);
  assert.match(first.err, /delivers [0-9a-f]{12} of clients; the log is /);
  assert.match(service.latest(), /==> test clients\n[^]*done test .*: 1 tests, 1 passed\n/);

  const again = await service.pipeline();
  assert.deepEqual(again, { status: 0, out: '', err: '' });
  assert.equal(service.logs().length, 1);

  service.commit('<testcase classname="clients" name="adds" time="0.1"/>', 'true');
  assert.equal((await service.pipeline()).status, 0);
  assert.equal(service.logs().length, 2);
  assert.equal(service.mail(), '');
});

test('a push delivers by the hook of the git server', async (t) => {
  const service = new Service(t);
  const server = join(service.folder, 'server.git');
  git(service.folder, 'clone', '-q', '--bare', service.repository, server);
  service.settings.REPOSITORY = server;
  const start = service.start('--wait');
  write(join(server, 'hooks/post-receive'), `#!/bin/sh\nexec '${start.program}' ${start.args.map((each) => `'${each}'`).join(' ')}\n`, 0o755);
  const commit = service.commit('<testcase classname="clients" name="adds" time="0.1"/>', 'true');

  const push = await run('git', ['-C', service.repository, 'push', '-q', server, 'main'], start.options);

  assert.equal(push.status, 0, push.err);
  assert.match(push.err, new RegExp(`pipeline: ${commit} of clients is delivered`));
});

test('a failure is told by mail and to Slack, with its cause, and once', async (t) => {
  const told = [];
  const slack = createServer((request, answer) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      told.push({ path: request.url, type: request.headers['content-type'], message: JSON.parse(body) });
      answer.end('ok');
    });
  });
  await new Promise((listening) => slack.listen(0, '127.0.0.1', listening));
  t.after(() => slack.close());
  const service = new Service(t).mailing();
  service.settings.SLACK_WEBHOOK_FILE = write(join(service.folder, 'webhook'), `http://127.0.0.1:${slack.address().port}/services/T0/B0/x\n`);
  const commit = service.breakTests();

  const failed = await service.pipeline();

  assert.equal(failed.status, 3);
  assert.match(failed.err, new RegExp(`${commit} of clients failed with status 3\n$`));
  assert.match(service.mail(), new RegExp(`^To: ada@example.com\nSubject: clients: ${commit} of main failed with status 3\n`));
  assert.match(service.mail(), /\n\nerror RLV-201: 1 of 1 tests failed: clients.adds\n {2}clients.adds: expected "4" & <!channel>\n/);
  assert.match(service.mail(), /The whole log is .*\/log\/.*\.log on /);
  assert.equal(told.length, 1);
  assert.equal(told[0].path, '/services/T0/B0/x');
  assert.match(told[0].message.text, /^clients: .* failed with status 3\n```error RLV-201: [^]*expected "4" &amp; &lt;!channel&gt;[^]*```$/);
  assert.doesNotMatch(service.latest() + failed.err, /services\/T0/);

  const mail = service.mail();
  assert.equal((await service.pipeline()).status, 0);
  assert.equal(service.mail(), mail);
  assert.equal((await service.pipeline('--force')).status, 3);
  assert.notEqual(service.mail(), mail);
});

test('two calls never deliver at once', async (t) => {
  const service = new Service(t);
  write(join(service.home, 'lock'), '');
  const other = spawn('flock', [join(service.home, 'lock'), 'sh', '-c', 'echo locked; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((locked) => other.stdout.once('data', locked));

  const refused = await service.pipeline();
  assert.equal(refused.status, 0);
  assert.match(refused.err, /another call delivers clients; nothing is done/);

  const waiting = service.pipeline('--wait');
  other.stdin.end('\n');
  assert.match((await waiting).err, /is delivered\n$/);
});

test('what goes on in the background does not keep the lock', async (t) => {
  const service = new Service(t);
  const background = join(service.folder, 'background');
  service.settings.RELEVO = standIn(service.bin, 'relevo', `sleep 30 >/dev/null 2>&1 & echo $! >>"${background}"`);

  assert.equal((await service.pipeline()).status, 0);
  assert.match((await service.pipeline('--force')).err, /is delivered\n$/);

  const running = readFileSync(background, 'utf8').trim().split('\n').map(Number);
  assert.equal(running.length, 2);
  running.forEach((id) => process.kill(id));
});

test('only the newest logs are kept', async (t) => {
  const service = new Service(t, { LOGS: 2 });
  service.settings.RELEVO = standIn(service.bin, 'relevo', 'echo "call $RANDOM"');

  for (let call = 0; call < 4; call++) {
    assert.equal((await service.pipeline('--force')).status, 0);
  }
  assert.equal(service.logs().length, 2);
  assert.match(service.latest(), /^call \d+\n$/);
});

test('a repository that cannot be fetched is told once, until it can be again', async (t) => {
  const service = new Service(t).mailing();
  service.settings.RELEVO = standIn(service.bin, 'relevo');
  assert.equal((await service.pipeline()).status, 0);
  const repository = service.settings.REPOSITORY;

  service.settings.REPOSITORY = join(service.folder, 'gone');
  assert.equal((await service.pipeline()).status, 1);
  assert.equal((await service.pipeline()).status, 1);
  assert.equal(service.mail().match(/^Subject: clients: main cannot be fetched$/gm).length, 1);
  assert.match(service.mail(), /gone' does not appear to be a git repository/);

  service.settings.REPOSITORY = repository;
  assert.deepEqual(await service.pipeline(), { status: 0, out: '', err: '' });
});

test('a stop from outside reaches relevo, and its status is told', async (t) => {
  const service = new Service(t).mailing();
  const started = join(service.folder, 'started');
  service.settings.RELEVO = standIn(service.bin, 'relevo', `trap 'echo "taken back"; exit 7' TERM; : >"${started}"; while :; do sleep 0.1; done`);
  const start = service.start();
  const pipeline = spawn(start.program, start.args, { ...start.options, stdio: 'ignore' });
  while (!existsSync(started)) {
    await new Promise((soon) => setTimeout(soon, 20));
  }

  pipeline.kill('SIGTERM');

  assert.equal(await new Promise((ended) => pipeline.once('exit', ended)), 7);
  assert.match(service.latest(), /taken back/);
  assert.match(service.mail(), /failed with status 7/);
});

test('a delivery that never ends is stopped', async (t) => {
  const service = new Service(t, { LIMIT: '0.5s' });
  service.settings.RELEVO = standIn(service.bin, 'relevo', 'exec sleep 60');

  assert.equal((await service.pipeline()).status, 124);
  assert.match(service.latest(), /stopped after 0.5s/);
});

test('a stop in the moment in which relevo starts reaches it, too', async (t) => {
  const service = new Service(t);
  const started = join(service.folder, 'started');
  service.settings.RELEVO = standIn(service.bin, 'relevo', `trap 'exit 7' TERM; : >"${started}"; while :; do sleep 0.1; done`);
  const start = service.start('--force');
  for (let call = 0; call < 20; call++) {
    rmSync(started, { force: true });
    const pipeline = spawn(start.program, start.args, { ...start.options, stdio: 'ignore' });
    const ended = new Promise((end) => pipeline.once('exit', end));
    while (!existsSync(started)) {
      await new Promise((soon) => setImmediate(soon));
    }
    pipeline.kill('SIGTERM');
    assert.equal(await ended, 7);
  }
});

test('a repository that never answers is given up after the limit', async (t) => {
  const service = new Service(t, { LIMIT: '0.5s' }).mailing();
  service.settings.RELEVO = standIn(service.bin, 'relevo');
  standIn(service.bin, 'git-remote-silent', 'exec sleep 60');
  service.settings.REPOSITORY = 'silent::anywhere';

  assert.equal((await service.pipeline()).status, 1);
  assert.match(service.mail(), /^Subject: clients: main cannot be fetched$/m);
  assert.match(service.mail(), /stopped after 0.5s/);
});

test('wrong settings are named before anything is done', async (t) => {
  for (const [settings, said] of [
    [{ REPOSITORY: '' }, /REPOSITORY is not set in \[.*clients.conf\]/],
    [{ LIMIT: 'long' }, /LIMIT is \[long\]; expected a time as 90s, 45m or 3h/],
    [{ LOGS: 'many' }, /LOGS is \[many\]; expected how many logs are kept/],
    [{ RELEVO: '/no/relevo' }, /RELEVO is \[\/no\/relevo\], which is no program/],
    [{ SLACK_WEBHOOK_FILE: '/no/file' }, /SLACK_WEBHOOK_FILE is \[\/no\/file\], which cannot be read/],
  ]) {
    const service = new Service(t, settings);
    const refused = await service.pipeline();
    assert.equal(refused.status, 2);
    assert.match(refused.err, said);
    assert.ok(!existsSync(service.home));
  }
  assert.match((await run(SCRIPT, [])).err, /no file of settings was given/);
  assert.match((await run(SCRIPT, ['--now'])).err, /\[--now\] is no option; expected --force or --wait/);
  assert.match((await run(SCRIPT, ['--help'])).out, /^The pipeline of one service without a CI server/);
});

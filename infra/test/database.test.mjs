import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { container, DATABASE_SQL } from './lib/job.mjs';
import { Postgres, programs } from './lib/postgres.mjs';
import { recorded } from './lib/recordings.mjs';
import { play, run } from './lib/standins.mjs';

const az = recorded('az');
const aws = recorded('aws');
const kubectl = recorded('kubectl');

/** What the containers ask the cloud for the login of the service, and for that of the administrator; `env` is what the cluster adds to a pod. */
const CLOUDS = {
  aws: {
    service: aws('secretsmanager get-secret-value clients-db'),
    administrator: aws('secretsmanager get-secret-value administrator'),
    refusals: {
      'the secret may not be read': aws('secretsmanager get-secret-value clients-db, forbidden'),
      'there is no such secret': aws('secretsmanager get-secret-value clients-db, no such secret'),
    },
    env: {},
  },
  azure: {
    service: az('login', 'keyvault secret show clients-db'),
    administrator: az('keyvault secret show postgresql-administrator'),
    refusals: {
      'the identity is not known': az('login, identity unknown'),
      'the secret may not be read': az('login', 'keyvault secret show clients-db, forbidden'),
      'there is no such secret': az('login', 'keyvault secret show clients-db, no such secret'),
    },
    env: {
      AZURE_CLIENT_ID: '22222222-2222-2222-2222-222222222222',
      AZURE_TENANT_ID: '11111111-1111-1111-1111-111111111111',
      AZURE_FEDERATED_TOKEN_FILE: fileURLToPath(new URL('recordings/token', import.meta.url)),
    },
  },
};

// A password that a database service may have made: it has everything that a shell or SQL could take for something else.
const SERVICE = JSON.parse(CLOUDS.aws.service[0].stdout);
const PASSWORD = SERVICE.password;

async function inFolder(action) {
  const folder = mkdtempSync(join(tmpdir(), 'job-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const cloud of ['aws', 'azure']) {
  test(`in ${cloud} the login is read from one secret and written to the Secret that the service reads`, () =>
    inFolder(async folder => {
      const { service, env } = CLOUDS[cloud];
      const fetch = container(cloud, 'credentials', 'fetch');
      const fetched = await play(service, fetch.argv, { cwd: folder, env: { ...fetch.env, ...env } });
      assert.deepEqual({ ...fetched, stdout: '' }, { status: 0, stdout: '', stderr: '', unexpected: [], left: [] });

      const secret = JSON.parse(readFileSync(join(folder, 'secret.json'), 'utf8'));
      assert.equal(`${secret.kind}/${secret.metadata.name}`, 'Secret/clients-db');
      const decoded = Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
      assert.deepEqual(decoded, { url: SERVICE.url, username: 'clients', password: PASSWORD });

      const publish = container(cloud, 'credentials', 'publish');
      const applied = await play(kubectl('apply'), publish.argv, { cwd: folder, env: publish.env });
      assert.deepEqual([applied.status, applied.unexpected, applied.left], [0, [], []]);
    }));

  for (const [matter, calls] of Object.entries(CLOUDS[cloud].refusals)) {
    test(`in ${cloud} both Jobs end with the cloud's own words when ${matter}`, () =>
      inFolder(async folder => {
        const { status, stderr } = calls.at(-1);
        for (const job of ['credentials', 'database']) {
          const fetch = container(cloud, job, 'fetch');
          const ended = await play(calls, fetch.argv, { cwd: folder, env: { ...fetch.env, ...CLOUDS[cloud].env } });
          assert.deepEqual(ended, { status, stdout: '', stderr, unexpected: [], left: [] });
        }
      }));
  }
}

const skip = programs() ? false : 'PostgreSQL is not installed: the package postgresql';
describe('the Job that makes the database, on a real server', { skip }, () => {
  let server;

  before(async () => {
    server = await Postgres.start();
  });

  after(() => server?.stop());

  /** Both containers one after the other, as the pod runs them. */
  const job = cloud =>
    inFolder(async folder => {
      const { service, administrator, env } = CLOUDS[cloud];
      const here = service.map(call => ({ ...call, stdout: call.stdout?.replace(`"host":"${SERVICE.host}"`, `"host":"${server.folder}"`) }));
      const fetch = container(cloud, 'database', 'fetch');
      const fetched = await play([...here, ...administrator], fetch.argv, { cwd: folder, env: { ...fetch.env, ...env } });
      assert.deepEqual([fetched.status, fetched.unexpected, fetched.left], [0, [], []], fetched.stderr);
      const initialise = container(cloud, 'database', 'initialise');
      const argv = initialise.argv.map(word => word.replace('/config/database.sql', `'${DATABASE_SQL}'`));
      assert.notDeepEqual(argv, initialise.argv);
      // A socket has no TLS.
      return run(argv, { cwd: folder, env: { ...process.env, ...initialise.env, PGSSLMODE: 'disable' } });
    });

  const asService = { PGUSER: 'clients', PGPASSWORD: PASSWORD, PGDATABASE: 'clients' };

  test('makes user and database, and says so', async () => {
    const { status, stdout, stderr } = await job('aws');

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.equal(stdout, 'The database clients is ready for clients\n');
    await server.psql(asService, "CREATE TABLE client (name text); INSERT INTO client VALUES ('Ada')");
  });

  test('run again, also for the other cloud, changes nothing that is there', async () => {
    for (const cloud of ['aws', 'azure']) {
      assert.deepEqual(await job(cloud), { status: 0, stdout: 'The database clients is ready for clients\n', stderr: '' });
    }
    assert.equal(await server.psql(asService, 'SELECT name FROM client'), 'Ada');
  });

  test('run four times at once, all of them past every look at what is there, makes both once', { timeout: 60_000 }, async () => {
    await server.psql({ PGUSER: 'superuser' }, 'DROP DATABASE clients');
    await server.psql({ PGUSER: 'superuser' }, 'DROP ROLE clients');

    // Nobody can make a role meanwhile, so all four come as far as they can.
    const ended = await server.holding('LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE', async release => {
      const jobs = Promise.all(Array.from({ length: 4 }, () => job('azure')));
      const waiting = () => server.psql({}, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      while ((await waiting()) !== '4') {
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      release();
      return jobs;
    });

    assert.deepEqual(ended.map(({ status, stderr }) => `${status} ${stderr}`), Array(4).fill('0 '));
    assert.equal(await server.psql(asService, 'SELECT 1'), '1');
  });

  test('gives the user a new password when there is one', async () => {
    await server.psql({}, "ALTER ROLE clients PASSWORD 'old'");
    await assert.rejects(server.psql(asService, 'SELECT 1'), /password authentication failed/);

    await job('aws');

    assert.equal(await server.psql(asService, 'SELECT 1'), '1');
  });

  test('gives the user no more than its own database, and nobody else that one', async () => {
    assert.equal(await server.psql({}, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'clients'"), 'f');
    await server.psql({ PGUSER: 'superuser' }, "CREATE ROLE neighbour LOGIN PASSWORD 'secret'");
    await assert.rejects(server.psql({ PGUSER: 'neighbour', PGDATABASE: 'clients' }, 'SELECT 1'), /permission denied for database/);
  });

  test('fails as a whole with the reason when the administrator may not make roles', async () => {
    await server.psql({ PGUSER: 'superuser' }, 'ALTER ROLE administrator NOCREATEROLE');
    try {
      const { status, stdout, stderr } = await job('aws');
      assert.equal(status, 3);
      assert.equal(stdout, '');
      assert.match(stderr, /permission denied/i);
      assert.ok(!stderr.includes(PASSWORD));
    } finally {
      await server.psql({ PGUSER: 'superuser' }, 'ALTER ROLE administrator CREATEROLE');
    }
  });
});

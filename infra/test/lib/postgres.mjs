import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './standins.mjs';

const NOBODY = 65534;
const FOLDERS = '/usr/lib/postgresql';

/** PostgreSQL's programs: those of POSTGRESQL_BIN, else as Debian installs them, the newest ones; undefined when they are not there. */
export function programs() {
  if (process.env.POSTGRESQL_BIN) {
    return process.env.POSTGRESQL_BIN;
  }
  const versions = existsSync(FOLDERS) ? readdirSync(FOLDERS).sort((a, b) => b - a) : [];
  return versions.map(version => join(FOLDERS, version, 'bin')).find(folder => existsSync(join(folder, 'initdb')));
}

/** A server of its own, reached by a socket in its folder: no port is taken. It refuses to run as root, so nobody runs it then. */
export class Postgres {
  static async start() {
    const server = new Postgres();
    await server.#do('initdb', '--pgdata', server.data, '--username', 'superuser', '--auth', 'scram-sha-256', '--pwfile', join(server.folder, 'password'), '--no-sync');
    await server.#do('pg_ctl', '--pgdata', server.data, '--wait', '--log', join(server.folder, 'log'), '-o', `-c listen_addresses= -c unix_socket_directories=${server.folder} -F`, 'start');
    // Like the administrator of a database service: may make roles and databases, and is no superuser.
    await server.psql({ PGUSER: 'superuser' }, "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB PASSWORD 'secret'");
    return server;
  }

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    this.data = join(this.folder, 'data');
    this.identity = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    writeFileSync(join(this.folder, 'password'), 'secret');
    if (this.identity.uid) {
      chownSync(this.folder, NOBODY, NOBODY);
    }
    chmodSync(this.folder, 0o755);
  }

  /** What a client needs to reach it. */
  get environment() {
    return { PGHOST: this.folder, PGPORT: '5432', PGUSER: 'administrator', PGPASSWORD: 'secret', PGSSLMODE: 'disable', PGDATABASE: 'postgres' };
  }

  async #do(program, ...args) {
    const ended = await run([join(programs(), program), ...args], { ...this.identity, cwd: this.folder });
    if (ended.status !== 0) {
      throw new Error(`${program}: ${ended.stdout}${ended.stderr}`);
    }
  }

  /** The answer to a statement, without decoration; an error when the server refuses it. */
  async psql(environment, statement) {
    const ended = await run(['psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', '--command', statement], {
      env: { ...process.env, ...this.environment, ...environment },
    });
    if (ended.status !== 0) {
      throw new Error(ended.stderr);
    }
    return ended.stdout.trim();
  }

  /** Does something while a transaction of the superuser holds what a statement has locked. */
  async holding(statement, action) {
    const session = spawn('psql', ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align'], {
      env: { ...process.env, ...this.environment, PGUSER: 'superuser' },
    });
    const ended = once(session, 'close');
    session.stdin.write(`BEGIN;\n${statement};\n\\echo held\n`);
    await once(session.stdout, 'data');
    try {
      return await action(() => session.stdin.end());
    } finally {
      session.stdin.end();
      await ended;
    }
  }

  async stop() {
    await this.#do('pg_ctl', '--pgdata', this.data, '--mode', 'immediate', 'stop');
    rmSync(this.folder, { recursive: true });
  }
}

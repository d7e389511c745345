import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { ROOT, run } from '../support/place.js';

test('every script is free of the mistakes that ShellCheck knows', async (t) => {
  const scripts = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'ci/*.sh'], { cwd: ROOT, encoding: 'utf8' });
  const names = scripts.trim().split('\n');
  assert.ok(names.includes('ci/bash/pipeline.sh'));
  const check = await run('shellcheck', names, { cwd: ROOT });
  if (check.status === 'ENOENT') {
    t.skip('there is no shellcheck on the PATH');
    return;
  }
  assert.equal(check.out, '');
});

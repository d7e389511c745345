// A program whose next call is in a recording: answers as recorded. Started by the stand-ins that `standIns` makes.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, ...call] = process.argv.slice(2);
const made = join(folder, 'made');
const next = existsSync(made) ? readFileSync(made, 'utf8').trim().split('\n').length : 0;
const recorded = JSON.parse(readFileSync(join(folder, 'calls.json'), 'utf8'))[next];

// `*` stands for what differs from run to run, such as temporary files.
const matches = recorded && recorded.call.length === call.length && recorded.call.every((word, at) => word === '*' || word === call[at]);
if (!matches) {
  appendFileSync(join(folder, 'unexpected'), `${call.join(' ')}\n`);
  process.stderr.write(`unexpected call: ${call.join(' ')}\nexpected: ${recorded?.call.join(' ') ?? 'none'}\n`);
  process.exit(97);
}
appendFileSync(made, `${call.join(' ')}\n`);
for (const [option, content] of Object.entries(recorded.writes ?? {})) {
  const file = call[call.indexOf(option) + 1];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: content.startsWith('#!') ? 0o755 : 0o600 });
}
process.stdout.write(recorded.stdout ?? '');
process.stderr.write(recorded.stderr ?? '');
process.exitCode = recorded.status ?? 0;

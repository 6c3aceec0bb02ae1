import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { prepare, root } from './prepare.mjs';

// `node bin/test.mjs …`: every argument goes to Jest; the last line of stdout is `N passed, N failed, N skipped`.
await prepare();
const programs = missingPrograms();
const args = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'axis-test-counts-'));
const countsFile = join(folder, 'counts.json');
const workers = args.some((arg) => /^(-w|-i$|--maxWorkers|--runInBand)/.test(arg)) ? [] : ['-w', '2'];
const jest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/jest/bin/jest.js'),
    ...['--reporters=default', `--reporters=${join(root, 'bin/test-counts.cjs')}`],
    ...workers,
    ...args,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [programs, process.env.PATH].filter(Boolean).join(delimiter),
      AXIS_TEST_COUNTS: countsFile,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code, signal) => {
  const { passed, failed, skipped } = counts();
  rmSync(folder, { recursive: true, force: true });
  const noneRan = passed + failed === 0;
  if (noneRan) process.stderr.write('No test ran.\n');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = signal ? 1 : code || Number(noneRan || failed > 0);
});

function counts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** A folder with the programs this machine lacks for its tests (openssl, pdfsig, …), fetched when needed. */
function missingPrograms() {
  const code = `require('./libs/testing/src/test-programs')
    .missingPrograms(${JSON.stringify(join(root, '.axis/cache'))}, console.error)
    .then((folder) => console.log(folder ?? ''), (error) => console.error(error.message))`;
  const found = spawnSync(process.execPath, ['-r', './libs/testing/src/typescript.cjs', '-e', code], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', process.stderr],
  });
  return found.stdout.trim();
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Makes a fresh clone ready to run. Plain Node: it runs before anything is installed. Speaks on stderr only. */

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const SOURCES = [
  'apps',
  'libs',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Installs the dependencies and builds, each only when needed; two commands at once do it once. Returns the seconds it took. */
export async function prepare() {
  const start = Date.now();
  refuseOldNode();
  if (!isInstalled() || !isBuilt()) {
    await alone(async () => {
      if (!isInstalled()) await install();
      if (!isBuilt()) await build();
    });
  }
  return (Date.now() - start) / 1000;
}

/** Ends the command with one sentence for the person who typed it. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Node.js ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}. See https://nodejs.org`);
}

/** Whether node_modules holds what package-lock.json names: npm writes down what it installed in a lock of the same form. */
function isInstalled() {
  const wanted = readLock('package-lock.json');
  const present = readLock('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    return path in present ? present[path].version === version : optional || devOptional;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return {};
  }
}

async function install() {
  process.stderr.write('Installing the dependencies (npm ci) …\n');
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await run(...npm, 'ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund');
}

const stampFile = join(root, 'dist/.sources');

function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

async function build() {
  process.stderr.write('Building …\n');
  const built = fingerprint();
  await run(process.execPath, join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build');
  writeFileSync(stampFile, built);
}

/** Changes when a source file does; size and time of change are enough and cost a few milliseconds. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) add(join(path, name));
    else if (stat && !/\.(spec|integration)\.ts$/.test(path)) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  SOURCES.forEach(add);
  return hash.digest('hex');
}

function run(command, ...args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
    const interrupt = (signal) => {
      child.kill(signal);
      fail(`interrupted (${signal})`);
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('exit', (code) => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      if (code === 0) resolve();
      else fail(`${[command, ...args].join(' ')} failed (${code})`);
    });
  });
}

/** Lets one command at a time prepare; a lock whose owner is gone counts for nothing. */
async function alone(work) {
  const lock = join(root, '.axis/prepare.lock');
  const mine = `${lock}.${process.pid}`;
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(mine, identity(process.pid));
  while (!linked(mine, lock)) {
    if (isHeld(lock)) await delay(200);
    else rmSync(lock, { force: true });
  }
  rmSync(mine);
  const unlock = () => rmSync(lock, { force: true });
  process.once('exit', unlock);
  await work();
  unlock();
  process.off('exit', unlock);
}

/** A link is made or refused in one step, and shows the others a file that is already complete. */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(lock) {
  const owner = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
  return owner !== '' && identity(owner.split(' ')[0]) === owner;
}

/** A pid and the moment its process started (proc_pid_stat(5) field 22): pids are given again. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return '';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare();

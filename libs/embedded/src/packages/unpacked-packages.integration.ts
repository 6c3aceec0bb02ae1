import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canFetchPackages, unpackedPackages } from './unpacked-packages';

jest.setTimeout(60_000);

const withApt = canFetchPackages() ? it : it.skip;
const log = (): void => undefined;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'axis dữ liệu-'));
});
afterEach(() => rm(dir, { recursive: true }));

withApt('brings a package that runs, once, and leaves the system as it was', async () => {
  const system = ['/var/lib/dpkg/status', '/var/lib/apt/lists', '/var/cache/apt'];
  const changed = () => Promise.all(system.map(async (path) => (await stat(path)).mtimeMs));
  const before = await changed();
  const set = { name: 'hello', packages: ['hello'], whole: /^hello$/ };
  const [root, same] = await Promise.all([unpackedPackages(set, dir, log), unpackedPackages(set, dir, log)]);
  expect(same).toBe(root);
  expect(execFileSync(join(root, 'usr/bin/hello'), ['-g', 'xin chào']).toString()).toBe('xin chào\n');
  const said: string[] = [];
  expect(await unpackedPackages(set, dir, (line) => said.push(line))).toBe(root);
  expect(said).toEqual([]);
  expect(await changed()).toEqual(before);
});

withApt('says which package cannot be brought, and leaves nothing', async () => {
  await expect(unpackedPackages({ name: 'x', packages: ['no-such-package-anywhere'] }, dir, log)).rejects.toMatchObject(
    {
      code: 'embedded.packages-missing',
      message: expect.stringContaining('Unable to locate package no-such-package-anywhere') as string,
    },
  );
  expect(await readdir(dir)).toEqual([]);
});

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSecret, SecretBox, SystemStore } from '@axis/storage';
import { testStorage, type TestStorage } from '@axis/testing';
import { importRows } from '../../../../libs/storage/src/testing/directory';

const root = join(__dirname, '../../../..');
const SECRETS_KEY = randomBytes(32).toString('base64');

let storage: TestStorage;

beforeAll(async () => {
  storage = await testStorage();
  await importRows(storage.dataSource, { code: 'G22', name: 'Văn phòng Chính phủ' });
});
afterAll(() => storage.drop());

async function register(clientId: string): Promise<{ stdout: string; stderr: string; code: unknown }> {
  const program = `require('${join(root, 'apps/axis/src/commands/system-register')}').systemRegister(${JSON.stringify([
    ...[clientId, '--name', 'Phần mềm'],
    ...['--agency', 'G22', '--json'],
  ])})`;
  const args = ['-r', join(root, 'libs/testing/src/typescript.cjs'), '-e', program];
  // As in a container that is read-only: no folder can be made for keys.
  const env = { PATH: process.env['PATH'], DATABASE_URL: storage.url, SECRETS_KEY, AXIS_HOME: '/proc/axis' };
  try {
    return { ...(await promisify(execFile)(process.execPath, args, { cwd: root, env })), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: unknown };
  }
}

it('joins a system with the key of secrets alone, writing nothing beside the database', async () => {
  const { stdout, stderr, code } = await register('dms-g22');
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const { secret } = JSON.parse(stdout) as { secret: string };
  expect(secret).toMatch(/^[\w-]{43}$/);
  const systems = new SystemStore(storage.dataSource);
  expect(await systems.authenticate('dms-g22', secret)).toMatchObject({ clientId: 'dms-g22' });
  const { secretSealed } = (await systems.signing('dms-g22')) ?? {};
  expect(openSecret(new SecretBox(SECRETS_KEY), 'dms-g22', secretSealed ?? Buffer.alloc(0))).toBe(secret);
});

it.each(['dms:g22', 'dms/../g22', 'đms', 'x'.repeat(101)])('takes no id that %j is', async (clientId) => {
  const { stderr, code } = await register(clientId);
  expect({ stderr, code }).toEqual({ stderr: expect.stringContaining('CLIENT_ID is letters') as string, code: 1 });
});

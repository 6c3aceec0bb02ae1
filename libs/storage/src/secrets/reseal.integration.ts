import { randomBytes } from 'node:crypto';
import { testStorage, type TestStorage } from '@axis/testing';
import { SystemStore, openSecret } from '../systems/system.store';
import { resealSecrets } from './reseal';
import { SecretBox } from './secret-box';
import { SigningKeys } from './signing-keys';

const newKey = (): string => randomBytes(32).toString('base64');

let storage: TestStorage;

beforeAll(async () => {
  storage = await testStorage();
});
afterAll(() => storage.drop());

it('seals by the new key what the old one sealed, every column of it, so that the old one can go', async () => {
  const [old, young] = [newKey(), newKey()];
  const before = new SecretBox(old);
  const systems = new SystemStore(storage.dataSource);
  const secret = await systems.register({ clientId: 'dms-g22', name: 'Phần mềm', agencyIds: [] }, before);
  const [publicKey] = await new SigningKeys(storage.dataSource, before).publicKeys();

  const changing = new SecretBox(`${young},${old}`);
  await systems.register({ clientId: 'dms-new', name: 'Phần mềm', agencyIds: [] }, changing);
  expect(await resealSecrets(storage.dataSource, changing)).toBe(2);
  expect(await resealSecrets(storage.dataSource, changing)).toBe(0);

  const after = new SecretBox(young);
  const { secretSealed } = (await systems.signing('dms-g22')) ?? {};
  expect(openSecret(after, 'dms-g22', secretSealed ?? Buffer.alloc(0))).toBe(secret);
  const keys = new SigningKeys(storage.dataSource, after);
  expect(await keys.privateKeys()).toHaveLength(1);
  expect((await keys.publicKeys())[0]?.id).toBe(publicKey?.id);
});

it('knows every column in which something is sealed', async () => {
  const columns = await storage.dataSource.query<{ name: string }[]>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name ~ 'secret|private' ORDER BY 1`,
  );
  expect(columns.map(({ name }) => name)).toEqual([
    'signing_keys.private_key',
    'subscriptions.previous_secret',
    'subscriptions.secret',
    'systems.secret_sealed',
    // A hash, of which nothing is opened.
    'systems.secret_sha256',
  ]);
});

it('leaves everything as it is when a key is gone', async () => {
  const box = new SecretBox(newKey());
  await expect(resealSecrets(storage.dataSource, box)).rejects.toThrow('is not there');
});

import { randomBytes } from 'node:crypto';
import { type TestStorage, testStorage } from '@axis/testing';
import { SecretBox } from '../secrets/secret-box';
import { openSecret, SystemStore } from './system.store';

let storage: TestStorage;
let systems: SystemStore;
const box = new SecretBox(randomBytes(32).toString('base64'));

beforeAll(async () => {
  storage = await testStorage();
  systems = new SystemStore(storage.dataSource);
});
afterAll(() => storage.drop());

const inAMinute = (): Date => new Date(Date.now() + 60_000);

it('keeps a system’s secret sealed, to be opened as it was told', async () => {
  const secret = await systems.register({ clientId: 'dms-a', name: 'A', agencyIds: [] }, box);
  const found = await systems.signing('dms-a');
  expect(found?.caller).toEqual({ systemId: expect.any(String) as string, name: 'A', agencies: [] });
  expect(openSecret(box, 'dms-a', found?.secretSealed ?? Buffer.alloc(0))).toBe(secret);
  expect(() => openSecret(box, 'dms-b', found?.secretSealed ?? Buffer.alloc(0))).toThrow();
  const renewed = await systems.register({ clientId: 'dms-a', name: 'A', agencyIds: [] }, box);
  expect(openSecret(box, 'dms-a', (await systems.signing('dms-a'))?.secretSealed ?? Buffer.alloc(0))).toBe(renewed);
});

it('knows no system that is not there or not active', async () => {
  await systems.register({ clientId: 'dms-c', name: 'C', agencyIds: [] }, box);
  await storage.dataSource.query(`UPDATE systems SET active = false WHERE client_id = 'dms-c'`);
  expect(await systems.signing('dms-c')).toBeUndefined();
  expect(await systems.signing('dms-d')).toBeUndefined();
});

it('takes a signature once, of however many gateways at once', async () => {
  const hash = randomBytes(32);
  const taken = await Promise.all(Array.from({ length: 10 }, () => systems.useSignature(hash, inAMinute())));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await systems.useSignature(randomBytes(32), inAMinute())).toBe(true);
});

it('forgets signatures that are stale by themselves, and no others', async () => {
  const [stale, fresh] = [randomBytes(32), randomBytes(32)];
  await systems.useSignature(stale, new Date(Date.now() - 1));
  await systems.useSignature(fresh, inAMinute());
  await systems.dropExpiredSignatures(new Date());
  expect(await systems.useSignature(fresh, inAMinute())).toBe(false);
  expect(await systems.useSignature(stale, inAMinute())).toBe(true);
});

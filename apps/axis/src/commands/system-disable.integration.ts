import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SecretBox, SubscriptionStore, SystemStore } from '@axis/storage';
import { testAmqp, testStorage, type TestStorage } from '@axis/testing';
import { connect } from 'amqplib';
import { ownQueues } from '../../../gateway/src/subscriptions/own-queues.provider';

const root = join(__dirname, '../../../..');
const amqp = { ...testAmqp(), publicUrl: undefined };

let storage: TestStorage;

beforeAll(async () => {
  storage = await testStorage();
});
afterAll(() => storage.drop());

async function disable(
  clientId: string,
  managementUrl = amqp.managementUrl,
): Promise<{ stdout: string; code: unknown }> {
  const args = JSON.stringify([clientId, '--json']);
  const program = `require('${join(root, 'apps/axis/src/commands/system-disable')}').systemDisable(${args}).then(
    (code) => { process.exitCode = code; })`;
  const env = {
    ...{ PATH: process.env['PATH'], DATABASE_URL: storage.url },
    ...{ AMQP_URL: amqp.url, AMQP_NAMESPACE: amqp.namespace, AMQP_MANAGEMENT_URL: managementUrl },
  };
  const node = ['-r', join(root, 'libs/testing/src/typescript.cjs'), '-e', program];
  try {
    return { ...(await promisify(execFile)(process.execPath, node, { cwd: root, env })), code: 0 };
  } catch (error) {
    return error as { stdout: string; code: unknown };
  }
}

it('shuts a system out by every door, with its tokens and its queue, until it is registered again', async () => {
  const box = new SecretBox(randomBytes(32).toString('base64'));
  const systems = new SystemStore(storage.dataSource);
  const wanted = { clientId: 'dms-g22', name: 'Phần mềm', agencyIds: [] };
  const secret = await systems.register(wanted, box);
  const { id } = (await systems.authenticate('dms-g22', secret)) ?? { id: '' };
  await systems.saveToken('token', id, new Date(Date.now() + 60_000));
  const queues = ownQueues(storage.dataSource, new SubscriptionStore(storage.dataSource), amqp);
  const { subscription, password } = await queues.open(id, { types: null, agencyIds: null }, new Date());
  const address = new URL(amqp.url);
  address.username = queues.nameOf(subscription);
  address.password = password ?? '';
  const connection = await connect(address.href);
  const ended = new Promise((resolve) => connection.once('close', resolve).on('error', () => undefined));

  const left = await disable('dms-g22', '');
  expect({ code: left.code, told: JSON.parse(left.stdout) as unknown }).toMatchObject({
    code: 1,
    told: { queue: 'left' },
  });
  const done = await disable('dms-g22');
  expect(JSON.parse(done.stdout)).toEqual({ clientId: 'dms-g22', disabled: true, queue: 'removed' });
  await ended;
  await expect(connect(address.href)).rejects.toThrow('ACCESS-REFUSED');
  expect(await systems.holderOf('token')).toBeUndefined();
  expect(await systems.authenticate('dms-g22', secret)).toBeUndefined();
  expect(await systems.signing('dms-g22')).toBeUndefined();

  const another = await systems.register(wanted, box);
  expect(await systems.authenticate('dms-g22', secret)).toBeUndefined();
  expect(await systems.authenticate('dms-g22', another)).toBeDefined();
  expect(JSON.parse((await disable('dms-g22')).stdout)).toMatchObject({ queue: 'none' });
});

it('says when there is no such system', async () => {
  expect((await disable('dms-nobody')).code).toBe(1);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directory } from '@axis/storage';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import { TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

const COUNT = 2_000;

let axis: TestAxis;

beforeAll(async () => {
  axis = await TestAxis.start();
  const dir = await mkdtemp(join(tmpdir(), 'axis-directory-'));
  const rows = Array.from({ length: COUNT }, (_, i) => `K${100 + i},Hội đồng nhân dân số ${i},active`);
  await writeFile(join(dir, 'agencies.csv'), ['code,name,status', ...rows].join('\n'));
  await new Directory(axis.ground.database).importFile(join(dir, 'agencies.csv'));
  await rm(dir, { recursive: true });
});

afterAll(() => axis.stop());

it('brings one document to 2,000 agencies, each with its receipt, and keeps it once', async () => {
  const { dms, rest } = await axis.join('G22');
  const last = await axis.join(`K${100 + COUNT - 1}`);
  const to = Array.from({ length: COUNT }, (_, i) => `K${100 + i}`);
  const pdf = await signedPdf(axis.ground.config.keys.dir);
  const sent = await dms.send(letter({ to }), [{ name: 'a.pdf', bytes: pdf }]);
  expect(sent.rejection).toBeNull();

  await eventually(async () => {
    expect(await axis.ground.count('deliveries', `state = 'available'`)).toBe(COUNT);
    expect(await axis.ground.count('receipts')).toBe(COUNT + 1);
  }, 30_000);
  expect((await last.dms.inbox(0)).map(({ document }) => document.id)).toEqual([sent.id]);
  const deliveries = await dms.deliveries(sent.id);
  expect(deliveries.map(({ requestedAs }) => requestedAs[0])).toEqual(to);
  expect(new Set((await dms.receipts(sent.id)).map(({ id }) => id)).size).toBe(COUNT + 1);
  expect(await axis.ground.count('contents')).toBe(1);
  expect((await rest.get(`/v1/documents/${sent.id}/deliveries?limit=500`)).body).toMatchObject({
    next: expect.any(String) as string,
  });
});

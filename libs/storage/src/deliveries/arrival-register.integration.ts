import { type AgencyId, type DeliveryId } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import { SampleRows } from '../testing/sample-rows';
import { ArrivalRegister } from './arrival-register';
import { DeliveryStore } from './delivery.store';

let storage: TestStorage;
let rows: SampleRows;
let register: ArrivalRegister;
let deliveries: DeliveryStore;

beforeAll(async () => {
  storage = await testStorage({ pool: 20 });
  rows = new SampleRows(storage.dataSource);
  register = new ArrivalRegister(storage.dataSource);
  deliveries = new DeliveryStore(storage.dataSource);
});
afterAll(() => storage.drop());

const NOW = new Date('2026-11-23T02:00:00Z');

const arrived = async (agencyId: string) =>
  (await rows.delivery(await rows.document(), { agencyId, state: 'arrived' })).id as DeliveryId;

/** Registers a delivery as the gateway does, within a transaction that then fails if told to. */
async function registered(id: DeliveryId, at = NOW, failing = false): Promise<number | null> {
  return storage.dataSource.transaction(async (manager) => {
    const delivery = await deliveries.lock(manager, id);
    if (!delivery) throw new Error('the delivery is there');
    await register.number(manager, delivery, at);
    if (failing) throw new Error('told to fail');
    return delivery.arrivalNumber;
  });
}

const numbersOf = async (agency: string, year = 2026) =>
  (await register.lines(agency as AgencyId, year, 0, 1000)).map(({ number }) => number);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

it('numbers without gaps and without doubles, fifty at once and some failing among them', async () => {
  const agency = await rows.agency();
  const ids = await Promise.all(Array.from({ length: 75 }, () => arrived(agency)));
  const outcomes = await Promise.allSettled(ids.map((id, i) => registered(id, NOW, i % 3 === 0)));
  const given = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(given).toHaveLength(50);
  expect([...given].sort((a, b) => Number(a) - Number(b))).toEqual(upTo(50));
  expect(await numbersOf(agency)).toEqual(upTo(50));
});

it('gives a delivery its number once, whoever asks again and at once', async () => {
  const agency = await rows.agency();
  const ids = await Promise.all([arrived(agency), arrived(agency)]);
  const [first = [], second = []] = await Promise.all(
    ids.map((id) => Promise.all(Array.from({ length: 10 }, () => registered(id)))),
  );
  expect([new Set(first).size, new Set(second).size]).toEqual([1, 1]);
  expect([first[0], second[0]].sort()).toEqual([1, 2]);
  // Next year too it is the number it has.
  expect(await registered(ids[0], new Date('2027-06-01T00:00:00Z'))).toBe(first[0]);
});

it('begins with 1 each year, at midnight in Vietnam', async () => {
  const agency = await rows.agency();
  const before = new Date('2026-12-31T16:59:59.999Z');
  const after = new Date('2026-12-31T17:00:00.000Z');
  expect(await registered(await arrived(agency), before)).toBe(1);
  expect(await registered(await arrived(agency), before)).toBe(2);
  expect(await registered(await arrived(agency), after)).toBe(1);
  expect(await registered(await arrived(agency), before)).toBe(3);
  expect([await numbersOf(agency, 2026), await numbersOf(agency, 2027)]).toEqual([upTo(3), upTo(1)]);
});

it('keeps a register for each agency', async () => {
  const [one, other] = [await rows.agency(), await rows.agency()];
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => arrived(i % 2 === 0 ? one : other)));
  await Promise.all(ids.map((id) => registered(id)));
  expect([await numbersOf(one), await numbersOf(other)]).toEqual([upTo(10), upTo(10)]);
});

it('is read in pages, by the index', async () => {
  const agency = (await rows.agency()) as AgencyId;
  const document = await rows.document([], { subject: 'V/v đính chính' });
  const { id } = await rows.delivery(document, { agencyId: agency, state: 'arrived' });
  for (const one of [await arrived(agency), id, await arrived(agency)]) await registered(one as DeliveryId);
  const [line, ...more] = await register.lines(agency, 2026, 1, 1);
  const { reference, subject, promulgatedOn, number, notation, kind, fromAgencyId } = document.document;
  expect(line).toEqual({
    number: 2,
    registeredAt: NOW,
    deliveryId: id,
    documentId: document.document.id,
    fromAgencyId,
    reference,
    documentNumber: number,
    notation,
    kind,
    subject,
    promulgatedOn,
  });
  expect(more).toEqual([]);
  expect(await register.lines(agency, 2026, 3, 10)).toEqual([]);
});

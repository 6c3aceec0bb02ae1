import { type AgencyId, type DeliveryState, type OverdueStep, STATES_OWING } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import type { DataSource, EntityManager } from 'typeorm';
import { SampleRows } from '../testing/sample-rows';
import { DeadlineStore } from './deadline.store';
import type { DeliveryEntity } from './delivery.entity';
import { DeliveryListStore } from './delivery-list.store';

let storage: TestStorage;
let rows: SampleRows;
let deadlines: DeadlineStore;
let lists: DeliveryListStore;

beforeAll(async () => {
  storage = await testStorage({ pool: 8 });
  rows = new SampleRows(storage.dataSource);
  deadlines = new DeadlineStore(storage.dataSource);
  lists = new DeliveryListStore(storage.dataSource);
});
beforeEach(() => storage.dataSource.query('TRUNCATE deliveries'));
afterAll(() => storage.drop());

const LIMIT = new Date('2026-11-23T10:00:00Z');
const LATER = new Date('2026-11-23T10:00:00.001Z');

const mark = async (step: OverdueStep, at = LATER, limit = 100) =>
  (await deadlines.markOverdue(storage.dataSource.manager, step, limit, at)).map(({ deliveryId }) => deliveryId);

async function delivery(differing: Partial<DeliveryEntity>): Promise<DeliveryEntity> {
  return rows.delivery(await rows.document(), differing);
}

describe('an overdue delivery', () => {
  it('is found once its limit has passed, and only once', async () => {
    const { id } = await delivery({ acknowledgeBy: LIMIT });
    expect(await mark('acknowledge', LIMIT)).toEqual([]);
    expect(await mark('acknowledge', LATER)).toEqual([id]);
    expect(await mark('acknowledge', LATER)).toEqual([]);
  });

  it('is found once for each step', async () => {
    const { id } = await delivery({ acknowledgeBy: LIMIT, processBy: LIMIT });
    expect([await mark('process'), await mark('acknowledge'), await mark('process')]).toEqual([[id], [id], []]);
  });

  it.each<[DeliveryState, OverdueStep[]]>([
    ['routed', []],
    ['available', ['acknowledge', 'process']],
    ['handed_over', ['process']],
    ['arrived', ['process']],
    ['accepted', ['process']],
    ['assigned', ['process']],
    ['processing', ['process']],
    ['completed', []],
    ['failed', []],
    ['refused', []],
    ['withdrawn', []],
    ['recalled', []],
    ['removed', []],
  ])('that is %s owes %j', async (state, owed) => {
    await delivery({ state, acknowledgeBy: LIMIT, processBy: LIMIT });
    const found = [];
    for (const step of ['acknowledge', 'process'] as const) if ((await mark(step)).length > 0) found.push(step);
    expect(found).toEqual(owed);
    expect(Object.keys(STATES_OWING).filter((step) => STATES_OWING[step as OverdueStep].includes(state))).toEqual(owed);
  });

  it('owes nothing once another document took its place, or where no day was set', async () => {
    await delivery({ acknowledgeBy: LIMIT, processBy: LIMIT, supersededBy: (await rows.document()).document.id });
    await delivery({});
    expect([await mark('acknowledge'), await mark('process')]).toEqual([[], []]);
  });

  it('is found by one of several who look at once', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => delivery({ acknowledgeBy: LIMIT })));
    const found = await Promise.all(Array.from({ length: 6 }, () => mark('acknowledge', LATER, 20)));
    const late = await mark('acknowledge');
    expect([...found.flat(), ...late].sort()).toEqual(all.map(({ id }) => id).sort());
  });

  it('is found by its index, the longest overdue first', async () => {
    const ids = [];
    for (const minutes of [3, 1, 2]) {
      const acknowledgeBy = new Date(LIMIT.getTime() - minutes * 60_000);
      ids.push((await delivery({ acknowledgeBy })).id);
    }
    expect([await mark('acknowledge', LATER, 1), await mark('acknowledge', LATER, 1)]).toEqual([[ids[0]], [ids[2]]]);
    for (const step of ['acknowledge', 'process'] as const) {
      const plan = await planOf((manager) => deadlines.markOverdue(manager, step, 100, LATER));
      expect(plan).toContain(`_${step}_by_idx`);
      expect(plan).not.toContain('Seq Scan');
    }
  });
});

describe('the list of deliveries', () => {
  const sender = '0199aaaa-0000-7000-8000-000000000001' as AgencyId;
  const receiver = '0199aaaa-0000-7000-8000-000000000002' as AgencyId;
  const other = '0199aaaa-0000-7000-8000-000000000003' as AgencyId;

  const list = async (role: 'sender' | 'receiver', differing: Partial<Parameters<DeliveryListStore['list']>[0]> = {}) =>
    (
      await lists.list({
        role,
        agencies: [role === 'sender' ? sender : receiver],
        before: undefined,
        limit: 10,
        ...differing,
      })
    ).map(({ id }) => id);

  it('shows each side its own, newest first, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await delivery({ agencyId: receiver, senderAgencyId: sender })).id);
    const theirs = (await delivery({ agencyId: other, senderAgencyId: other })).id;
    for (const role of ['sender', 'receiver'] as const) {
      expect(await list(role)).toEqual(ids);
      const first = await list(role, { limit: 2 });
      const second = await list(role, { limit: 2, before: first[1] as never });
      expect([...first, ...second, ...(await list(role, { before: second[1] as never }))]).toEqual(ids);
    }
    expect(await list('receiver', { agencies: [receiver, other], limit: 3 })).toEqual([theirs, ...ids.slice(0, 2)]);
    expect(await list('receiver', { agencies: [] })).toEqual([]);
  });

  it('shows a receiver what has reached it', async () => {
    const parties = { agencyId: receiver, senderAgencyId: sender };
    await delivery({ ...parties, state: 'routed', availableAt: null });
    await delivery({ ...parties, state: 'failed', availableAt: null });
    await delivery({ ...parties, state: 'withdrawn' });
    const { id } = await delivery({ ...parties, state: 'refused' });
    expect(await list('receiver')).toEqual([id]);
    expect(await list('sender')).toHaveLength(4);
  });

  it('shows what is overdue, as long as it is', async () => {
    const parties = { agencyId: receiver, senderAgencyId: sender, acknowledgeBy: LIMIT };
    await delivery({ agencyId: receiver, senderAgencyId: sender });
    const waiting = (await delivery(parties)).id;
    const both = (await delivery({ ...parties, processBy: LIMIT })).id;
    const process = (await delivery({ ...parties, state: 'arrived', processBy: LIMIT })).id;
    await mark('acknowledge');
    await mark('process');
    for (const role of ['sender', 'receiver'] as const) {
      expect(await list(role, { overdue: 'any' })).toEqual([process, both, waiting]);
      expect(await list(role, { overdue: 'acknowledge' })).toEqual([both, waiting]);
      expect(await list(role, { overdue: 'process' })).toEqual([process, both]);
    }
    await storage.dataSource.query(`UPDATE deliveries SET state = 'completed' WHERE id = $1`, [both]);
    expect(await list('sender', { overdue: 'any' })).toEqual([process, waiting]);
  });

  it.each([undefined, 'any', 'acknowledge', 'process'] as const)(
    'is read by indexes (overdue: %s)',
    async (overdue) => {
      for (const role of ['sender', 'receiver'] as const) {
        const agencies = [sender, receiver];
        const plan = await planOf((manager) => {
          const explaining = {
            query: manager.query.bind(manager),
            getMetadata: (of: string) => storage.dataSource.getMetadata(of),
          };
          const request = { role, agencies, overdue, before: undefined, limit: 10 };
          return new DeliveryListStore(explaining as unknown as DataSource).list(request);
        });
        expect(plan).not.toContain('Seq Scan');
        // Only the few that were read for each agency are sorted.
        expect(plan.match(/"Node Type":"Sort"/g)).toHaveLength(1);
      }
    },
  );
});

/** The plan of a statement, were the tables large. */
async function planOf(ask: (manager: EntityManager) => Promise<unknown>): Promise<string> {
  const runner = storage.dataSource.createQueryRunner();
  try {
    await runner.query('SET enable_seqscan = off; SET enable_bitmapscan = off');
    let plan = '';
    const query = async (sql: string, values: unknown[]) => {
      plan = JSON.stringify(await runner.query(`EXPLAIN (FORMAT json) ${sql}`, values));
      return [];
    };
    await ask({ query } as unknown as EntityManager);
    return plan;
  } finally {
    await runner.query('RESET ALL');
    await runner.release();
  }
}

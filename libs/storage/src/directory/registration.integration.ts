import type { AgencyCode, AgencyId, DirectoryEntry } from '@axis/edoc';
import { testStorage, type TestStorage } from '@axis/testing';
import type { DataSource } from 'typeorm';
import type { Caller } from '../systems/system.store';
import { importRows, joinSystem } from '../testing/directory';
import { SampleRows } from '../testing/sample-rows';
import { Directory } from './directory.store';
import type { NewAgency } from './register';

let storage: TestStorage;
let database: DataSource;
let directory: Directory;
let ministry: Caller;
let province: Caller;

beforeAll(async () => {
  storage = await testStorage();
  database = storage.dataSource;
  directory = new Directory(database);
});
afterAll(() => storage.drop());
beforeEach(async () => {
  await database.query('TRUNCATE agencies, agency_codes, systems, deliveries CASCADE');
  await importRows(
    database,
    { code: 'G12', old_code: '000.00.00.G12', name: 'Bộ Tài chính', sample: 'true' },
    { code: 'G12.18', old_code: '000.00.18.G12', name: 'Tổng cục Thuế', parent_code: 'G12' },
    { code: 'G12.20', name: 'Đã giải thể', parent_code: 'G12', status: 'closed' },
    { code: 'H17', name: 'Tỉnh Sông Lam' },
    { code: 'H17.22', name: 'Sở Tài chính', parent_code: 'H17' },
    { code: 'vxp', name: 'Phần mềm dùng chung' },
  );
  ministry = await joinSystem(database, 'dms-g12', 'G12', 'vxp');
  province = await joinSystem(database, 'dms-h17', 'H17');
});

const code = (text: string) => text as AgencyCode;
const unit: NewAgency = { code: 'G12.99', oldCode: '000.00.99.G12', parentCode: 'G12', name: 'Cục Mới' };

const register = (differing: Partial<NewAgency> = {}, caller = ministry) =>
  directory.register(caller, { ...unit, ...differing });

async function problemOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? (error.message.split(':')[0] ?? '') : String(error)),
  );
}

async function actsFor(caller: Caller): Promise<string[]> {
  const rows = await database.query<{ code: string }[]>(
    'SELECT a.code FROM system_agencies s JOIN agencies a ON a.id = s.agency_id WHERE s.system_id = $1 ORDER BY 1',
    [caller.systemId],
  );
  return rows.map((row) => row.code);
}

describe('a system registers an agency', () => {
  it('below its own, and acts for it from then on', async () => {
    const before = await directory.version();
    const { entry, created } = await register({ email: 'vanthu@g12.example', address: '28 Trần Hưng Đạo' });
    expect(created).toBe(true);
    expect(entry).toMatchObject({
      code: 'G12.99',
      newCode: 'G12.99',
      oldCode: '000.00.99.G12',
      parentCode: 'G12',
      level: 2,
      status: 'active',
      sample: true,
      email: 'vanthu@g12.example',
      address: '28 Trần Hưng Đạo',
      fax: null,
    });
    expect(entry.codes.every(({ since, until }) => since !== null && until === null)).toBe(true);
    expect(await actsFor(ministry)).toEqual(['G12', 'G12.99', 'vxp']);
    expect((await directory.listSince(before, 10)).entries).toEqual([entry]);
  });

  it('below one that is not its own but lies below its own', async () => {
    expect((await register({ code: 'G12.18.01', oldCode: undefined, parentCode: '000.00.18.G12' })).entry.level).toBe(
      3,
    );
    expect((await register({ code: 'G12.18.01.02', oldCode: undefined, parentCode: 'G12.18.01' })).entry.level).toBe(4);
  });

  it.each([
    ['G12.99', 'G12'],
    ['G12.18.07', 'G12.18'],
    ['G12.55.07', 'G12'],
    ['000.07.18.G12', 'G12.18'],
    ['vxp.saas.03', 'vxp'],
  ])('%s without a parent comes below the nearest above by its form, %s', async (own, parent) => {
    const { entry } = await register({ code: own, oldCode: undefined, parentCode: undefined });
    expect(entry.parentCode).toBe(parent);
  });

  it("not by an enterprise's registration number, under which others would look for the enterprise", async () => {
    for (const parentCode of ['G12', undefined]) {
      const number = { code: '0100109106', oldCode: undefined, parentCode };
      expect(await problemOf(register(number))).toBe('agency.code_misplaced');
    }
  });

  it('again without doing anything, whatever names the parent and whatever is left out', async () => {
    const { entry } = await register({ email: 'vanthu@g12.example' });
    expect(await register({ parentCode: '000.00.00.G12' })).toEqual({ entry, created: false });
    expect(await register({ oldCode: undefined, name: 'Cục Mới'.normalize('NFD') })).toEqual({ entry, created: false });
  });

  it.each<[string, Partial<NewAgency>, string]>([
    ['another name', { name: 'Cục Cũ' }, 'name'],
    ['another parent', { parentCode: 'G12.18' }, 'parentCode'],
    ['another address', { email: 'khac@g12.example' }, 'email'],
    ['another old code', { oldCode: '000.00.98.G12' }, 'oldCode'],
    ['its old code as its own', { code: '000.00.99.G12', oldCode: undefined }, 'code'],
  ])('again with %s is told where it differs', async (_, differing, differences) => {
    await register();
    await expect(register(differing)).rejects.toThrow(`differs in: ${differences}.`);
  });

  it('twice at once as one', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => register()));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ entry }) => entry.id)).size).toBe(1);
  });

  it('at once with another system: one of them has it', async () => {
    const tax = await joinSystem(database, 'dms-tax', 'G12');
    const outcomes = await Promise.all([problemOf(register()), problemOf(register({}, tax))]);
    expect(outcomes.sort()).toEqual(['agency.taken', 'none']);
  });

  it.each<[string, Partial<NewAgency>, string]>([
    ['below a parent nobody knows', { parentCode: 'G12.77' }, 'agency.unknown'],
    ['below itself', { parentCode: 'G12.99' }, 'agency.unknown'],
    ['below a closed one', { parentCode: 'G12.20' }, 'agency.closed'],
    ["below another's", { parentCode: 'H17' }, 'agency.outside'],
    ["below another's, which its code names", { code: 'H17.99', parentCode: undefined }, 'agency.outside'],
    ["by a code below another's", { code: 'H17.99' }, 'agency.code_misplaced'],
    ["by an old code below another's", { oldCode: '000.00.99.G13' }, 'agency.code_misplaced'],
    ['by a code at the top', { code: 'G35' }, 'agency.code_misplaced'],
    ['by a code that only looks like one', { code: 'g12.99' }, 'agency.code_misplaced'],
    ["by the code of another's", { code: 'H17.22' }, 'agency.taken'],
    ['by the code of its own top one', { code: 'G12' }, 'agency.taken'],
    ['by the code of a closed one', { code: 'G12.20' }, 'agency.taken'],
    ["by another's old code", { oldCode: '000.00.18.G12' }, 'agency.taken'],
    ['without a code', { code: ' ' }, 'agency.invalid'],
    ['by what is no code', { code: 'G12, G13' }, 'agency.invalid'],
    ['by an old code of the new form', { oldCode: 'G12.98' }, 'agency.invalid'],
    ['without a name', { name: '' }, 'agency.invalid'],
    ['by a name that is too long', { name: 'a'.repeat(201) }, 'agency.invalid'],
    ['by a garbled name', { name: 'C\uFFFDc M\uFFFDi' }, 'agency.invalid'],
    ['by a name with control characters', { name: 'Cục\u0000Mới' }, 'agency.invalid'],
    ['with an address that is none', { email: 'cucmoi' }, 'agency.invalid'],
    ['with a phone that is too long', { phone: '0'.repeat(21) }, 'agency.invalid'],
  ])('%s: refused, and nothing is left', async (_, differing, problem) => {
    const before = await directory.version();
    expect(await problemOf(register(differing))).toBe(problem);
    expect(await directory.version()).toBe(before);
    expect(await actsFor(ministry)).toEqual(['G12', 'vxp']);
  });

  it('and keeps it when an administrator gives it another secret', async () => {
    await register();
    await joinSystem(database, 'dms-g12', 'G12');
    expect(await actsFor(ministry)).toEqual(['G12', 'G12.99']);
  });
});

describe('a system removes an agency', () => {
  beforeEach(() => register());

  const remove = (which: string, successor?: string, caller = ministry): Promise<DirectoryEntry> =>
    directory.remove(caller, code(which), successor === undefined ? undefined : code(successor));

  it('below its own: it is closed, and is told as such', async () => {
    const before = await directory.version();
    const entry = await remove('000.00.99.G12');
    expect(entry).toMatchObject({ code: 'G12.99', status: 'closed', successorCode: null });
    expect(entry.closedOn).not.toBeNull();
    expect((await directory.listSince(before, 10)).entries).toEqual([entry]);
    expect((await directory.resolve([code('G12.99')])).get(code('G12.99'))?.kind).toBe('closed');
    expect(await actsFor(ministry)).toContain('G12.99');
  });

  it('for the benefit of a successor', async () => {
    await remove('G12.99', '000.00.18.G12');
    expect((await directory.resolve([code('G12.99')])).get(code('G12.99'))).toMatchObject({
      kind: 'found',
      agency: { code: 'G12.18' },
    });
  });

  it('again without doing anything, unless it says otherwise', async () => {
    const entry = await remove('G12.99', 'G12.18');
    expect(await remove('G12.99', 'G12.18')).toEqual(entry);
    expect(await remove('G12.99')).toEqual(entry);
    expect(await problemOf(remove('G12.99', 'G12'))).toBe('agency.closed');
    expect(await problemOf(register())).toBe('agency.differs');
  });

  it('that it did not register, if it lies below its own', async () => {
    expect((await remove('G12.18')).status).toBe('closed');
  });

  it.each<[string, string, string | undefined, string]>([
    ['that nobody knows', 'G12.77', undefined, 'agency.not_found'],
    ['that is its own top one', 'G12', undefined, 'agency.not_below_yours'],
    ["that is another's", 'H17.22', undefined, 'agency.not_below_yours'],
    ['in favour of itself', 'G12.99', '000.00.99.G12', 'agency.succeeds_itself'],
    ["in favour of another's", 'G12.99', 'H17', 'agency.outside'],
    ['in favour of a closed one', 'G12.99', 'G12.20', 'agency.closed'],
    ['in favour of one nobody knows', 'G12.99', 'G12.77', 'agency.unknown'],
  ])('%s: refused', async (_, which, successor, problem) => {
    const before = await directory.version();
    expect(await problemOf(remove(which, successor))).toBe(problem);
    expect(await directory.version()).toBe(before);
  });

  it('only after those below it', async () => {
    await register({ code: 'G12.99.01', oldCode: undefined, parentCode: 'G12.99' });
    expect(await problemOf(remove('G12.99'))).toBe('agency.has_children');
    await remove('G12.99.01');
    expect((await remove('G12.99')).status).toBe('closed');
  });

  it('only after the documents that wait for it', async () => {
    const rows = new SampleRows(database);
    const found = (await directory.resolve([code('G12.99')])).get(code('G12.99'));
    const agencyId: AgencyId | undefined = found?.kind === 'found' ? found.agency.id : undefined;
    await rows.delivery(await rows.document(), { agencyId: agencyId ?? '' });
    expect(await problemOf(remove('G12.99'))).toBe('agency.has_waiting_documents');
    await database.query(`UPDATE deliveries SET state = 'handed_over'`);
    expect((await remove('G12.99')).status).toBe('closed');
  });

  it("not when what it lies below is its system's no more", async () => {
    await joinSystem(database, 'dms-g12', 'vxp');
    expect(await actsFor(ministry)).toEqual(['G12.99', 'vxp']);
    expect(await problemOf(remove('G12.99'))).toBe('agency.not_below_yours');
    expect(await problemOf(remove('G12.99', undefined, province))).toBe('agency.not_below_yours');
  });

  it('nor registers below one that is closed', async () => {
    await importRows(database, { code: 'H17', name: 'Tỉnh Sông Lam', status: 'closed' });
    const below = { code: 'H17.22.01', oldCode: undefined, parentCode: 'H17.22' };
    expect(await problemOf(register(below, province))).toBe('agency.outside');
    expect(await problemOf(remove('H17.22', undefined, province))).toBe('agency.not_below_yours');
  });
});

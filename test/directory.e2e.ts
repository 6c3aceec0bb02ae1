import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directory } from '@axis/storage';
import * as shapes from '../apps/gateway/src/shapes';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import type { Answer } from './support/rest';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

interface Changes {
  readonly items: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly deleted: boolean;
  }[];
  readonly next: number;
  readonly more: boolean;
}

let axis: TestAxis;
let ministry: Joined;
let province: Joined;

beforeAll(async () => {
  axis = await TestAxis.start();
  ministry = await axis.join('G12');
  province = await axis.join('H17');
});

afterAll(() => axis.stop());

const changes = async (query: string): Promise<Changes> => {
  const { status, body } = await province.rest.get(`/v1/agencies/changes?${query}`);
  expect(status).toBe(200);
  return shapes.AgencyChanges.schema.parse(body);
};

const agency = async (code: string, { rest }: Joined = province) => {
  const { status, body } = await rest.get(`/v1/agencies/${code}`);
  expect(status).toBe(200);
  return shapes.AgencyShape.schema.parse(body);
};

const register = (body: unknown, { rest }: Joined = ministry) => rest.post('/v1/agencies', body);
const remove = (path: string, { rest }: Joined = ministry) => rest.ask(`/v1/agencies/${path}`, { method: 'DELETE' });

function expectProblem({ status, body }: Answer, expected: number, code: string): void {
  expect({ status, body }).toMatchObject({ status: expected, body: { code } });
}

describe('an agency', () => {
  it('is shown by any of its codes, with where it stands and what is bound to it', async () => {
    const taxes = await agency('000.00.18.G12');
    expect(taxes).toMatchObject({
      code: 'G12.18',
      oldCode: '000.00.18.G12',
      status: 'closed',
      parents: [{ code: 'G12', name: 'Bộ Tài chính' }],
      successor: { code: 'G12.38' },
    });
    expect(taxes.codes.map(({ code, generation, current }) => [code, generation, current])).toEqual([
      ['000.00.18.G12', 'old', false],
      ['G12.18', 'new', true],
    ]);
    expect((await agency('G12.38')).predecessors).toContainEqual({ code: 'G12.18', name: taxes.name });
    expect(await agency('G12')).toMatchObject({ branch: 'government', parents: [] });
  });

  it('is served by systems that concern those who act for it or above it, and nobody else', async () => {
    const system = { clientId: 'dms-g12', name: 'Phần mềm dms-g12' };
    expect((await agency('G12', ministry)).systems).toEqual([system]);
    expect((await agency('G12.38', ministry)).systems).toEqual([]);
    expect((await agency('G12', province)).systems).toBeNull();
    expect((await agency('G12.38', province)).systems).toBeNull();
  });

  it('that nobody knows is told so, whatever it is called', async () => {
    for (const code of ['G99.99', encodeURIComponent('Sở Tài chính'), '%00', 'a'.repeat(90), '..%2f..%2fetc'])
      expectProblem(await province.rest.get(`/v1/agencies/${code}`), 404, 'agency.not_found');
  });
});

describe('what changed in the directory', () => {
  it('is followed from the beginning, page by page, and then from where one is', async () => {
    const seen = new Set<string>();
    let since = 0;
    for (let more = true; more;) {
      const page = await changes(`since=${since}&limit=30`);
      for (const { code } of page.items) seen.add(code);
      ({ next: since, more } = page);
    }
    expect(seen.size).toBe(await axis.ground.count('agencies'));
    expect(await changes(`since=${since}`)).toEqual({ items: [], next: since, more: false });

    await register({ code: 'G12.71', parent: 'G12', name: 'Cục Theo dõi' });
    const added = await changes(`since=${since}`);
    expect(added.items).toMatchObject([{ code: 'G12.71', deleted: false, parent: 'G12' }]);
    await remove('G12.71');
    const removed = await changes(`since=${added.next}`);
    expect(removed.items).toMatchObject([{ id: added.items[0]?.id, code: 'G12.71', deleted: true, successor: null }]);
  });

  it.each([
    ['since=-1', 400, 'request.malformed'],
    ['since=abc', 400, 'request.malformed'],
    ['since=1.5', 400, 'request.malformed'],
    ['since=99999999999999999999', 400, 'request.malformed'],
    ['since=9007199254740991', 422, 'directory.version_ahead'],
    ['limit=0', 400, 'request.malformed'],
    ['limit=1001', 400, 'request.malformed'],
    ['from=1', 400, 'request.malformed'],
  ])('is not told by ?%s', async (query, status, code) => {
    expectProblem(await province.rest.get(`/v1/agencies/changes?${query}`), status, code);
  });
});

describe('the whole directory', () => {
  it.each([
    [undefined, 'text/csv; charset=utf-8; header=present', 'csv'],
    ['text/csv', 'text/csv; charset=utf-8; header=present', 'csv'],
    ['application/x-ndjson', 'application/x-ndjson', 'ndjson'],
  ])('is a file for Accept: %s, which changes nothing when it is imported', async (accept, type, extension) => {
    const { status, headers, body } = await province.rest.get('/v1/agencies/export', accept ? { accept } : {});
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(await changes(`since=${headers.get('directory-version') ?? ''}`)).toMatchObject({ items: [] });
    const folder = await mkdtemp(join(tmpdir(), 'axis-export-'));
    try {
      const file = join(folder, `agencies.${extension}`);
      await writeFile(file, body as string);
      const directory = axis.app.get(Directory, { strict: false });
      expect(await directory.importFile(file)).toEqual({
        created: 0,
        updated: 0,
        closed: 0,
        unchanged: await axis.ground.count('agencies'),
        refused: [],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is not for everyone', async () => {
    for (const path of ['', '/changes', '/export', '/G12'])
      expect((await fetch(`${axis.url}/v1/agencies${path}`)).status).toBe(401);
  });
});

describe('a system', () => {
  it('registers an agency, sends for it at once, receives for it, and removes it when nothing waits', async () => {
    const unit = { code: 'G12.81', oldCode: '000.00.81.G12', name: 'Cục Quản lý số', email: 'vanthu@g12.example' };
    const registered = await register(unit);
    expect(registered.status).toBe(201);
    const shown = shapes.AgencyShape.schema.parse(registered.body);
    expect(shown).toMatchObject({ ...unit, parents: [{ code: 'G12' }], systems: [{ clientId: 'dms-g12' }] });
    expect(await register(unit)).toMatchObject({ status: 200, body: shown });

    const main = { name: 'a.pdf', bytes: await signedPdf(axis.ground.config.keys.dir) };
    const sent = await ministry.rest.submit(letter({ from: 'G12.81', to: ['H17'] }), [main]);
    expect(sent.status).toBe(202);
    expect((await province.rest.submit(letter({ from: 'H17', to: ['000.00.81.G12'] }), [main])).status).toBe(202);
    let deliveryId = '';
    let sha256 = '';
    await eventually(async () => {
      const { items } = (await ministry.rest.get('/v1/inbox?agency=G12.81')).body as {
        items: { deliveryId: string; files: { sha256: string }[] }[];
      };
      deliveryId = items[0]?.deliveryId ?? '';
      sha256 = items[0]?.files[0]?.sha256 ?? '';
      expect(deliveryId).not.toBe('');
    });
    expectProblem(await remove('G12.81'), 409, 'agency.has_waiting_documents');
    await ministry.dms.acknowledge(deliveryId, sha256);
    expect(await remove('G12.81?successor=G12.38')).toMatchObject({
      status: 200,
      body: { status: 'closed', successor: { code: 'G12.38' } },
    });
    // What it was sent stays its own.
    expect((await ministry.rest.get(`/v1/deliveries/${deliveryId}`)).status).toBe(200);
    expectProblem(await ministry.rest.submit(letter({ from: 'G12.81', to: ['H17'] }), [main]), 422, 'sender.closed');
  });

  it.each<[string, unknown, number, string]>([
    ["another's", { code: 'H17.98', parent: 'H17', name: 'Sở Mới' }, 403, 'agency.outside'],
    ['one below a parent nobody knows', { code: 'G12.82', parent: 'G12.8x', name: 'Cục' }, 422, 'agency.unknown'],
    ['one below a closed parent', { code: 'G12.18.8', parent: 'G12.18', name: 'Cục' }, 409, 'agency.closed'],
    ['one by a code that is taken', { code: 'H17.05', parent: 'G12', name: 'Cục' }, 409, 'agency.taken'],
    ['one at the top', { code: 'G99', parent: 'G12', name: 'Bộ Mới' }, 422, 'agency.code_misplaced'],
    ['one by a name that is too long', { code: 'G12.82', name: 'ệ'.repeat(201) }, 422, 'agency.invalid'],
    ['one by a garbled name', { code: 'G12.82', name: 'C\uFFFDc' }, 422, 'agency.invalid'],
    ['one by a name in control characters', { code: 'G12.82', name: 'C\u0007c' }, 400, 'request.malformed'],
    ['one without a name', { code: 'G12.82' }, 400, 'request.malformed'],
    ['one with something unknown', { code: 'G12.82', name: 'Cục', colour: 'red' }, 400, 'request.malformed'],
    ['nothing', null, 400, 'request.malformed'],
    ['a list', [], 400, 'request.malformed'],
  ])('cannot register %s', async (_, body, status, code) => {
    const before = await axis.ground.count('agencies');
    expectProblem(await register(body), status, code);
    expect(await axis.ground.count('agencies')).toBe(before);
  });

  it('can give a name in decomposed letters, as long as 200 composed ones', async () => {
    const name = 'Ề'.repeat(200);
    expect(await register({ code: 'G12.84', name: name.normalize('NFD') })).toMatchObject({
      status: 201,
      body: { name },
    });
  });

  it.each([
    ["another's", 'H17.05', 403, 'agency.not_below_yours'],
    ['its own top one', 'G12', 403, 'agency.not_below_yours'],
    ['one nobody knows', 'G12.8x', 404, 'agency.not_found'],
    ['what is no code', '%2C', 404, 'agency.not_found'],
    ['one for what is no code', 'G12.01?successor=a,b', 422, 'agency.unknown'],
    ['one for another’s benefit', 'G12.38.21.05?successor=H17', 403, 'agency.outside'],
  ])('cannot remove %s', async (_, path, status, code) => {
    expectProblem(await remove(path), status, code);
  });

  it('registers the same twice at once as one, and two systems at once for one of them', async () => {
    const twice = await Promise.all([1, 2, 3, 4].map(() => register({ code: 'G12.91', name: 'Cục Chín' })));
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(twice.map(({ body }) => (body as { id: number }).id)).size).toBe(1);

    const other = await axis.join('G12', 'G12.38');
    const both = await Promise.all([ministry, other].map((who) => register({ code: 'G12.92', name: 'Cục' }, who)));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

import type { AgencyCode } from './agency-code';
import { planDirectory, type KnownAgency } from './directory-file';
import type { AgencyRow } from './directory-row';
import { newAgencyId } from './ids';

const row = (
  line: number,
  code: string,
  { oldCode, ...rest }: Partial<Record<'oldCode' | 'parentCode' | 'successorCode', string>> = {},
) =>
  ({
    line,
    code,
    codes: [code, oldCode].filter((one) => one !== undefined).map((one) => ({ code: one })),
    name: code,
    status: rest.successorCode ? 'closed' : 'active',
    sample: false,
    ...rest,
  }) as unknown as AgencyRow;

const nobody = () => undefined;

/** A directory whose agencies have the given codes and relations. */
const directory = (...agencies: [codes: string[], parentCode?: string, successorCode?: string][]) => {
  const byCode = new Map<string, KnownAgency>();
  for (const [codes, parentCode, successorCode] of agencies) {
    const known = {
      id: newAgencyId(),
      parentCode: parentCode as AgencyCode | undefined,
      successorCode: successorCode as AgencyCode | undefined,
    };
    for (const code of codes) byCode.set(code, known);
  }
  return (code: AgencyCode) => byCode.get(code);
};

const refusals = (rows: AgencyRow[], find: (code: AgencyCode) => KnownAgency | undefined = nobody) =>
  planDirectory(rows, find).refused.map(({ line, fault }) => `${line} ${fault}`);

describe('a directory file', () => {
  it('may name parents and successors before or after their rows, by either code', () => {
    const plan = planDirectory(
      [
        row(2, 'G12.18', { parentCode: '000.00.00.G12', successorCode: 'G12.38' }),
        row(3, 'G12.38', { parentCode: 'G12' }),
        row(4, 'G12', { oldCode: '000.00.00.G12' }),
      ],
      nobody,
    );
    expect(plan.refused).toEqual([]);
    expect(plan.agencies[0]).toMatchObject({ parent: { line: 4 }, successor: { line: 3 }, known: undefined });
  });

  it('may name what the directory has already', () => {
    const find = directory([['G12', '000.00.00.G12']]);
    const plan = planDirectory([row(2, 'G12.38', { parentCode: '000.00.00.G12' })], find);
    expect(plan.agencies[0]?.parent).toBe(find('G12' as AgencyCode));
  });

  it('knows an agency again by any of its codes', () => {
    const find = directory([['000.00.00.G12']]);
    const plan = planDirectory([row(2, 'G12', { oldCode: '000.00.00.G12' })], find);
    expect(plan.agencies[0]?.known).toBe(find('000.00.00.G12' as AgencyCode));
  });

  it('refuses a code that stands twice, whichever its generation', () => {
    expect(
      refusals([
        row(2, 'G12', { oldCode: '000.00.00.G12' }),
        row(3, 'G12'),
        row(4, 'G13', { oldCode: '000.00.00.G12' }),
      ]),
    ).toEqual(['3 code_repeated', '4 code_repeated']);
  });

  it('refuses codes of two agencies, and one agency by two rows', () => {
    const find = directory([['G12', '000.00.00.G12']], [['G13']]);
    expect(refusals([row(2, 'G13', { oldCode: '000.00.00.G12' })], find)).toEqual(['2 code_taken']);
    expect(refusals([row(2, 'G12'), row(3, '000.00.00.G12')], find)).toEqual(['3 code_repeated']);
  });

  it('refuses unknown parents and successors, and the rows that hang on them', () => {
    expect(
      refusals([
        row(2, 'X01.01.01', { parentCode: 'X01.01' }),
        row(3, 'X01.01', { parentCode: 'X01' }),
        row(4, 'G01', { successorCode: 'X01.01.01' }),
        row(5, 'G02'),
      ]),
    ).toEqual(['2 parent_unknown', '3 parent_unknown', '4 successor_unknown']);
  });

  it('falls back to what the directory has when a row is refused', () => {
    const find = directory([['G12']]);
    expect(refusals([row(2, 'G12', { parentCode: 'G99' }), row(3, 'G12.01', { parentCode: 'G12' })], find)).toEqual([
      '2 parent_unknown',
    ]);
  });

  it('refuses circles of parents and of successors, of one and of many', () => {
    expect(
      refusals([
        row(2, 'A', { parentCode: 'A' }),
        row(3, 'B', { parentCode: 'C' }),
        row(4, 'C', { parentCode: 'D' }),
        row(5, 'D', { parentCode: 'B' }),
        row(6, 'E', { successorCode: 'F' }),
        row(7, 'F', { successorCode: 'E' }),
        row(8, 'G', { parentCode: 'D' }),
        row(9, 'H'),
      ]),
    ).toEqual([
      '2 parent_cycle',
      '3 parent_cycle',
      '4 parent_cycle',
      '5 parent_cycle',
      '6 successor_cycle',
      '7 successor_cycle',
      '8 parent_unknown',
    ]);
  });

  it('refuses a circle that closes through the directory', () => {
    const find = directory([['G12'], undefined, 'G13'], [['G13', '000.00.00.G13']]);
    expect(refusals([row(2, 'G13', { successorCode: 'G12' })], find)).toEqual(['2 successor_cycle']);
  });

  it('lets an agency succeed its own parent', () => {
    expect(
      refusals([row(2, 'H17.22', { successorCode: 'H17.22.31' }), row(3, 'H17.22.31', { parentCode: 'H17.22' })]),
    ).toEqual([]);
  });

  it.each([
    ['one chain whose root', (n: number) => `C${n + 1}`],
    ['one level whose parent', () => 'X01'],
  ])('of 100,000 agencies in %s is unknown is refused quickly', (_, parentOf) => {
    const rows = Array.from({ length: 100_000 }, (__, n) => row(n + 2, `C${n}`, { parentCode: parentOf(n) }));
    const started = performance.now();
    expect(planDirectory(rows, nobody).refused).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

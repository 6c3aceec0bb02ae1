import type { AgencyCode } from './agency-code';
import { resolveSuccession, type AgencyEntry } from './succession';

const directory = (...rows: [code: string, status: 'active' | 'closed', successor?: string, oldCode?: string][]) => {
  const entries = new Map<string, AgencyEntry>();
  for (const [code, status, successor, oldCode] of rows) {
    const entry = { code: code as AgencyCode, status, successorCode: successor as AgencyCode | undefined };
    entries.set(code, entry);
    if (oldCode !== undefined) entries.set(oldCode, entry);
  }
  return (asked: string) => resolveSuccession(asked as AgencyCode, (code) => entries.get(code));
};

describe('succession', () => {
  it('finds an active agency at once', () => {
    expect(directory(['G12', 'active'])('G12')).toMatchObject({ kind: 'found', agency: { code: 'G12' }, via: [] });
  });

  it('finds an agency by its old code', () => {
    const resolve = directory(['G12', 'active', undefined, '000.00.00.G12']);
    expect(resolve('000.00.00.G12')).toMatchObject({ kind: 'found', agency: { code: 'G12' }, via: [] });
  });

  it('follows every successor and tells the way', () => {
    const resolve = directory(['H01', 'closed', 'H02'], ['H02', 'closed', 'H03'], ['H03', 'active']);
    expect(resolve('H01')).toMatchObject({ kind: 'found', agency: { code: 'H03' }, via: ['H01', 'H02'] });
  });

  it('does not follow the successor of an active agency', () => {
    const resolve = directory(['H01', 'active', 'H02'], ['H02', 'active']);
    expect(resolve('H01')).toMatchObject({ kind: 'found', agency: { code: 'H01' } });
  });

  it('says which agency closed without a successor', () => {
    const resolve = directory(['H01', 'closed', 'H02'], ['H02', 'closed']);
    expect(resolve('H01')).toMatchObject({ kind: 'closed', agency: { code: 'H02' }, via: ['H01'] });
  });

  it('says which code is unknown, the asked one or one on the way', () => {
    const resolve = directory(['H01', 'closed', 'H02']);
    expect(resolve('X99')).toEqual({ kind: 'unknown', code: 'X99', via: [] });
    expect(resolve('H01')).toEqual({ kind: 'unknown', code: 'H02', via: ['H01'] });
  });

  it('refuses circles, of one, of three, and those that pass through an old code', () => {
    expect(directory(['H01', 'closed', 'H01'])('H01')).toEqual({ kind: 'cycle', chain: ['H01'] });
    const three = directory(['H01', 'closed', 'H02'], ['H02', 'closed', 'H03'], ['H03', 'closed', 'H01']);
    expect(three('H02')).toEqual({ kind: 'cycle', chain: ['H02', 'H03', 'H01'] });
    const mixed = directory(['H01', 'closed', '000.00.00.H01', '000.00.00.H01']);
    expect(mixed('H01')).toEqual({ kind: 'cycle', chain: ['H01'] });
  });
});

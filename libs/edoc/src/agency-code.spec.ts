import {
  branchOf,
  generationOf,
  isConnectionCentre,
  levelsOf,
  parentCodeOf,
  parseAgencyCode,
  type AgencyCode,
} from './agency-code';

const code = (text: string): AgencyCode => {
  const parsed = parseAgencyCode(text);
  if (!parsed) throw new Error(`${text} is no code`);
  return parsed;
};

describe('an agency code', () => {
  it.each([
    ['000.00.00.G12', 'old', ['G12'], undefined],
    ['000.00.18.G12', 'old', ['G12', '18'], '000.00.00.G12'],
    ['000.05.18.G12', 'old', ['G12', '18', '05'], '000.00.18.G12'],
    ['001.05.18.G12', 'old', ['G12', '18', '05', '001'], '000.05.18.G12'],
    ['001.00.18.G12', 'old', ['G12', '18', '00', '001'], '000.00.18.G12'],
    ['G12', 'new', ['G12'], undefined],
    ['G12.18', 'new', ['G12', '18'], 'G12'],
    ['H17.22.28', 'new', ['H17', '22', '28'], 'H17.22'],
    ['0100109106', 'new', ['0100109106'], undefined],
    ['vxp.saas.03', 'other', [], undefined],
    ['G12..18', 'other', [], undefined],
    ['G12.18-01', 'other', [], undefined],
    ['A'.repeat(36), 'other', [], undefined],
  ])('%s is %s, of levels %j, below %s', (text, generation, levels, parent) => {
    expect(generationOf(code(text))).toBe(generation);
    expect(levelsOf(code(text))).toEqual(levels);
    if (text !== '001.00.18.G12') expect(parentCodeOf(code(text))).toBe(parent);
  });

  it('has a parent that exists even when a level between is left out', () => {
    expect(parentCodeOf(code('001.00.18.G12'))).toBe('000.00.18.G12');
  });

  it('of four new groups is not mistaken for an old one', () => {
    expect(generationOf(code('G12.18.01.A05'))).toBe('new');
    expect(levelsOf(code('G12.18.01.A05'))).toHaveLength(4);
  });

  it.each([
    ['A01', 'party'],
    ['000.00.00.A01', 'party'],
    ['G12.18', 'government'],
    ['000.00.18.H17', 'people_committee'],
    ['K17', 'people_council'],
    ['0100109106', 'other'],
    ['vxp.saas.03', 'other'],
  ])('%s belongs to the branch %s', (text, branch) => {
    expect(branchOf(code(text))).toBe(branch);
  });

  it('of a connection centre is known in both generations', () => {
    expect(isConnectionCentre(code('W00'))).toBe(true);
    expect(isConnectionCentre(code('000.00.00.W00'))).toBe(true);
    expect(isConnectionCentre(code('000.00.01.W00'))).toBe(true);
    expect(isConnectionCentre(code('G12'))).toBe(false);
  });

  it('loses the white space around it', () => {
    expect(parseAgencyCode('  G12\n')).toBe('G12');
  });

  it.each(['', ' ', 'G12,G13', 'G12 G13', 'G12/..', 'a\u0000b', 'G'.repeat(65)])('is never %j', (text) => {
    expect(parseAgencyCode(text)).toBeUndefined();
  });
});

import type { AgencyCode } from './agency-code';
import { codesAbove, heldCodeText, mayAssign, parseHeldCode } from './directory-codes';

describe('a code and when it was had', () => {
  it.each([
    ['G12.18', undefined, undefined],
    ['G12.18 2020-09-22/2025-02-28', '2020-09-22', '2025-02-28'],
    ['G12.18 /2025-02-28', undefined, '2025-02-28'],
    ['G12.18 2020-09-22/', '2020-09-22', undefined],
  ])('%s is read, and written again', (text, since, until) => {
    const held = parseHeldCode(text);
    expect(held).toEqual({ code: 'G12.18', since, until });
    expect(held && heldCodeText(held)).toBe(text);
  });

  it.each([
    '',
    ' 2020-01-01/',
    'G12.18 2020-01-01',
    'G12.18 a/b',
    'G12.18 / /',
    'G12.18 2025-01-01/2020-01-01',
    'G12,18',
  ])('%j is none', (text) => {
    expect(parseHeldCode(text)).toBeUndefined();
  });
});

describe('the codes above a code', () => {
  it.each([
    ['H17.22.28', ['H17.22', 'H17']],
    ['001.05.18.G12', ['000.05.18.G12', '000.00.18.G12', '000.00.00.G12']],
    ['vxp.saas.03', ['vxp.saas', 'vxp']],
    ['0100109106-001', ['0100109106']],
    ['0100109106', []],
    ['G12', []],
  ])('%s: %j', (code, above) => {
    expect(codesAbove(code as AgencyCode)).toEqual(above);
  });
});

describe('who is in charge of G12, 000.00.00.G12, vxp.saas and 0100109106', () => {
  const lineage = new Set(['G12', '000.00.00.G12', 'vxp.saas', '0100109106'] as AgencyCode[]);

  it.each(['G12.99', 'G12.99.01', '000.00.99.G12', '001.02.99.G12', 'vxp.saas.07', '0100109106-001'])(
    'may give %s',
    (code) => {
      expect(mayAssign(code as AgencyCode, lineage)).toBe(true);
    },
  );

  it.each([
    ['a top code', 'G35'],
    ['its own', 'G12'],
    ["another's", 'G13.01'],
    ["another's old code", '000.00.99.G13'],
    ['what only looks like its own', 'g12.99'],
    ['what is written with other letters', 'G12.ОО'],
    ['what OrganId has no room for', `G12.${'9'.repeat(32)}`],
    ["another enterprise's number", '0100109107'],
    ["the number of another's branch", '0100109107-001'],
    ['what lies nowhere', '12345'],
  ])('may not give %s', (_, code) => {
    expect(mayAssign(code as AgencyCode, lineage)).toBe(false);
  });
});

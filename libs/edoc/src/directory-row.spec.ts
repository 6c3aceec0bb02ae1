import { faultsOfColumns, type DirectoryColumn } from './directory-columns';
import { parseAgencyRow } from './directory-row';

const faultsOf = (raw: Partial<Record<DirectoryColumn, string>>) => {
  const parsed = parseAgencyRow({ line: 7, values: { code: 'G12', name: 'Bộ Tài chính', ...raw } });
  return parsed.kind === 'faulty' ? parsed.findings.map(({ fault }) => fault) : [];
};

describe('a row of a directory file', () => {
  it('is read into an agency, tidied and in NFC', () => {
    const parsed = parseAgencyRow({
      line: 2,
      values: {
        code: ' G12.18 ',
        code_since: '2020-09-22',
        old_code: '000.00.18.G12',
        other_codes: '000.18.00.G12 2010-01-01/2016-03-31; thue.01;',
        name: ' Tổng cục Thuế'.normalize('NFD'),
        short_name: '',
        parent_code: '000.00.00.G12',
        status: 'closed',
        successor_code: 'G12.38',
        closed_on: '2025-03-01',
        email: 'vanthu@agency.example',
        phone: '024 5550 0001',
        fax: '024 5550 0002',
        address: '123 Lò Đúc, Hà Nội',
        website: 'https://thue.agency.example',
        in_charge: 'Bộ Tài chính',
        sample: 'true',
      },
    });
    expect(parsed).toEqual({
      kind: 'row',
      row: {
        line: 2,
        code: 'G12.18',
        codes: [
          { code: 'G12.18', since: '2020-09-22', until: undefined },
          { code: '000.00.18.G12', since: undefined, until: undefined },
          { code: '000.18.00.G12', since: '2010-01-01', until: '2016-03-31' },
          { code: 'thue.01', since: undefined, until: undefined },
        ],
        name: 'Tổng cục Thuế',
        shortName: '',
        parentCode: '000.00.00.G12',
        status: 'closed',
        successorCode: 'G12.38',
        closedOn: '2025-03-01',
        email: 'vanthu@agency.example',
        phone: '024 5550 0001',
        fax: '024 5550 0002',
        address: '123 Lò Đúc, Hà Nội',
        website: 'https://thue.agency.example',
        inCharge: 'Bộ Tài chính',
        sample: true,
      },
    });
  });

  it('needs a code and a name only, and is then active and real', () => {
    expect(parseAgencyRow({ line: 2, values: { code: 'vxp.saas.03', name: 'Phần mềm dùng chung' } })).toMatchObject({
      kind: 'row',
      row: { code: 'vxp.saas.03', status: 'active', sample: false, parentCode: undefined, email: undefined },
    });
  });

  it('may have its old code as its only one', () => {
    expect(
      parseAgencyRow({ line: 2, values: { code: '000.00.00.G12', old_code: '000.00.00.G12', name: 'Bộ' } }),
    ).toMatchObject({
      row: { code: '000.00.00.G12', codes: [{ code: '000.00.00.G12' }] },
    });
  });

  it.each<[Partial<Record<DirectoryColumn, string>>, string]>([
    [{ code: '' }, 'value_missing'],
    [{ code: 'G12, G13' }, 'value_invalid'],
    [{ old_code: 'G12.18' }, 'value_invalid'],
    [{ name: ' ' }, 'value_missing'],
    [{ name: 'a'.repeat(201) }, 'value_too_long'],
    [{ name: 'B\uFFFD T\uFFFDi ch\uFFFDnh' }, 'text_garbled'],
    [{ name: 'Bộ\u0000Tài chính' }, 'text_garbled'],
    [{ status: 'deleted' }, 'value_invalid'],
    [{ successor_code: 'G13' }, 'successor_of_active'],
    [{ closed_on: '2025-03-01' }, 'closed_on_of_active'],
    [{ status: 'closed', closed_on: '2025-02-30' }, 'value_invalid'],
    [{ status: 'closed', closed_on: '01/03/2025' }, 'value_invalid'],
    [{ email: 'not an address' }, 'value_invalid'],
    [{ phone: '0'.repeat(21) }, 'value_too_long'],
    [{ fax: '0'.repeat(21) }, 'value_too_long'],
    [{ address: 'a'.repeat(501) }, 'value_too_long'],
    [{ website: 'a'.repeat(101) }, 'value_too_long'],
    [{ in_charge: 'a'.repeat(501) }, 'value_too_long'],
    [{ code_since: '22/09/2020' }, 'value_invalid'],
    [{ other_codes: 'G12.18 G12.19' }, 'value_invalid'],
    [{ other_codes: 'G12.18 2020-01-01' }, 'value_invalid'],
    [{ other_codes: 'G12.18 2020-01-01/2019-12-31' }, 'value_invalid'],
    [{ other_codes: 'G12.18 2020-02-30/' }, 'value_invalid'],
    [{ sample: 'maybe' }, 'value_invalid'],
  ])('%j is refused as %s', (raw, fault) => {
    expect(faultsOf(raw)).toEqual([fault]);
  });

  it('counts characters, not bytes or parts of characters', () => {
    expect(faultsOf({ name: 'Ề'.repeat(200).normalize('NFD') })).toEqual([]);
  });

  it('reports everything wrong at once, with its line', () => {
    const parsed = parseAgencyRow({ line: 9, values: { status: 'gone', email: '@', sample: '?' } });
    expect(parsed.kind === 'faulty' && parsed.findings.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '9: code is missing',
      '9: name is missing',
      '9: status gone is neither active nor closed',
      '9: email @ is no address',
      '9: sample ? is neither true nor false',
    ]);
  });
});

describe('the columns', () => {
  it('may come in any order, and most may be left out', () => {
    expect(faultsOfColumns(['name', 'code'], 1)).toEqual([]);
  });

  it('are all known and hold code and name', () => {
    expect(faultsOfColumns(['code', 'sucessor_code'], 1)).toEqual([
      { line: 1, fault: 'column_unknown', reason: 'column sucessor_code is not known' },
      { line: 1, fault: 'column_missing', reason: 'column name is missing' },
    ]);
  });
});

import { parseStatusCode, STATUS_CODES, STATUSES } from './status';

describe('status codes', () => {
  it('are the nine in use', () => {
    expect(STATUS_CODES).toEqual(['01', '02', '03', '04', '05', '06', '13', '15', '16']);
  });

  it('are the receiver’s, save the wish to have a document back', () => {
    expect(STATUS_CODES.filter((code) => STATUSES[code].by === 'sender')).toEqual(['13']);
  });

  it('want a reason for refusing and for recalling', () => {
    expect(STATUS_CODES.filter((code) => STATUSES[code].reasonRequired)).toEqual(['02', '13']);
  });

  it('are read with and without their leading zero', () => {
    expect(parseStatusCode('03')).toBe('03');
    expect(parseStatusCode('3')).toBe('03');
    expect(parseStatusCode(' 13 ')).toBe('13');
    for (const text of ['', '00', '07', '14', '003', 'toString']) expect(parseStatusCode(text)).toBeUndefined();
  });
});

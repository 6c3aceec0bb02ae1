import {
  type DocumentId,
  idRangeAround,
  monthOf,
  newDocumentId,
  newDeliveryId,
  parseDeliveryId,
  parseDocumentId,
  timeOf,
} from './ids';

describe('ids', () => {
  it('are UUIDv7, read in any case', () => {
    expect(parseDocumentId('019AA7C0-1234-7ABC-8DEF-001122334455')).toBe('019aa7c0-1234-7abc-8def-001122334455');
  });

  it.each([
    ['', 'nothing'],
    ['019aa7c0-1234-4abc-8def-001122334455', 'version 4'],
    ['019aa7c0-1234-7abc-cdef-001122334455', 'another variant'],
    ['019aa7c0-1234-7abc-8def-001122334455 ', 'a space'],
    ["019aa7c0-1234-7abc-8def-001122334455'--", 'more behind it'],
    ['ffffffff-ffff-7fff-bfff-ffffffffffff', 'the year 10889'],
  ])('refuse %p (%s)', (text) => {
    expect(parseDocumentId(text)).toBeUndefined();
    expect(parseDeliveryId(text)).toBeUndefined();
  });

  it('carry the time of their making', () => {
    const before = Date.now();
    const made = timeOf(newDocumentId()).getTime();
    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(Date.now());
  });

  it('of deliveries are different ones, of the millisecond of their document', () => {
    const document = newDocumentId();
    const deliveries = Array.from({ length: 1000 }, () => newDeliveryId(document));
    expect(new Set(deliveries).size).toBe(1000);
    for (const delivery of deliveries) expect(timeOf(delivery)).toEqual(timeOf(document));
  });

  it('belong to the month of UTC they were made in, to the millisecond', () => {
    expect(monthOf(idAt('2026-12-31T23:59:59.999Z', '-7fff-bfff-ffffffffffff'))).toBe('2026-12');
    expect(monthOf(idAt('2027-01-01T00:00:00.000Z', '-7000-8000-000000000000'))).toBe('2027-01');
  });

  it('lead to the ids of their millisecond, and to no others', () => {
    const delivery = newDeliveryId(idAt('2026-12-31T23:59:59.999Z', '-7000-8000-000000000000'));
    const { from, to } = idRangeAround(delivery);
    for (const rest of ['-7000-8000-000000000000', '-7fff-bfff-ffffffffffff']) {
      const document = idAt('2026-12-31T23:59:59.999Z', rest);
      expect(document >= from && document < to).toBe(true);
    }
    expect(idAt('2026-12-31T23:59:59.998Z', '-7fff-bfff-ffffffffffff') < from).toBe(true);
    expect(idAt('2027-01-01T00:00:00.000Z', '-7000-8000-000000000000') < to).toBe(false);
  });
});

function idAt(iso: string, rest: string): DocumentId {
  const id = parseDocumentId(`${hexTime(iso)}${rest}`);
  if (!id) throw new Error('it is a UUIDv7');
  return id;
}

function hexTime(iso: string): string {
  const hex = Date.parse(iso).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

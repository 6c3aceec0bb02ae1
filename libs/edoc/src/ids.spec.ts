import {
  idRangeOf,
  monthAt,
  monthOf,
  newDocumentId,
  newDeliveryId,
  nextMonth,
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
    const { from, to } = idRangeOf(monthAt(new Date('2026-12-31T23:59:59.999Z')));
    expect(timeOf(from as never).toISOString()).toBe('2026-12-01T00:00:00.000Z');
    expect(timeOf(to as never).toISOString()).toBe('2027-01-01T00:00:00.000Z');

    const last = parseDocumentId(`${hexTime('2026-12-31T23:59:59.999Z')}-7fff-bfff-ffffffffffff`);
    const first = parseDocumentId(`${hexTime('2027-01-01T00:00:00.000Z')}-7000-8000-000000000000`);
    if (!last || !first) throw new Error('both are UUIDv7');
    expect(monthOf(last)).toBe('2026-12');
    expect(monthOf(first)).toBe('2027-01');
    expect(last >= from && last < to).toBe(true);
    expect(first < to).toBe(false);
  });

  it('follow one another by month over the turn of the year', () => {
    const november = monthAt(new Date('2026-11-21T00:00:00Z'));
    expect(nextMonth(november)).toBe('2026-12');
    expect(nextMonth(nextMonth(november))).toBe('2027-01');
  });
});

function hexTime(iso: string): string {
  const hex = Date.parse(iso).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

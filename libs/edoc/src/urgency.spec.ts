import { URGENCIES, URGENCY_ORDER, urgencyOfPriority } from './urgency';

describe('urgency', () => {
  it('has a priority for each degree, in order', () => {
    expect(URGENCY_ORDER.map((urgency) => URGENCIES[urgency].priority)).toEqual([0, 1, 2, 3, 4]);
    expect(URGENCIES[URGENCY_ORDER[3] ?? 'normal'].name).toBe('Hỏa tốc');
  });

  it('is found by its priority and by nothing else', () => {
    expect([0, 1, 2, 3, 4].map(urgencyOfPriority)).toEqual(URGENCY_ORDER);
    for (const priority of [-1, 5, 1.5, NaN]) expect(urgencyOfPriority(priority)).toBeUndefined();
  });
});

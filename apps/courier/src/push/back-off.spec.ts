import { backOffMs } from './back-off';

it.each([
  [1, 500, 1_000],
  [2, 1_000, 2_000],
  [5, 8_000, 16_000],
  [11, 450_000, 900_000],
  [5_000, 450_000, 900_000],
])('after %d failures it waits between %d and %d ms', (failures, least, most) => {
  expect(backOffMs(failures, 0, 0)).toBe(least);
  expect(backOffMs(failures, 0, 1)).toBe(most);
});

it('waits as long as it is asked to, a day at most', () => {
  expect(backOffMs(1, 120_000)).toBe(120_000);
  expect(backOffMs(1, 10)).toBeGreaterThanOrEqual(500);
  expect(backOffMs(1, Infinity)).toBe(86_400_000);
});

import { percentiles, rounded, sizeName } from './figures';

test('percentiles are values that were measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99 });
  expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  expect(percentiles([])).toEqual({ p50: 0, p95: 0, p99: 0 });
});

test('figures have three digits', () => {
  expect([123_456, 12.345, 0.012345].map(rounded)).toEqual([123_000, 12.3, 0.0123]);
});

test('sizes have names', () => {
  expect([10_240, 102_400, 5 * 1024 ** 2].map(sizeName)).toEqual(['10 KB', '100 KB', '5 MB']);
});

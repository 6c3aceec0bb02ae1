/** Milliseconds within which 50, 95 and 99 of 100 were done. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Nearest rank: each figure is one that was measured. All 0 when nothing was. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number): number => rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
}

/** To three significant digits: a measurement has no more. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** `10 KB`, `1 MB`. */
export const sizeName = (bytes: number): string =>
  bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MB` : `${bytes / 1024} KB`;

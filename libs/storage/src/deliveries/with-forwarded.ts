import type { DeliveryEntity } from './delivery.entity';

/** These deliveries, and those their receivers forwarded, and so on down. */
export function withForwarded(chosen: readonly DeliveryEntity[], all: readonly DeliveryEntity[]): DeliveryEntity[] {
  const found = new Set(chosen);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const ids = new Set([...found].map(({ id }) => id));
    for (const delivery of all)
      if (delivery.forwardedFrom !== null && ids.has(delivery.forwardedFrom)) found.add(delivery);
  }
  return [...found];
}

/** Mức độ khẩn by edXML Priority. `scheduled_express` (hỏa tốc hẹn giờ) exists in edXML alone; NĐ 30/2020 has the others. */
export const URGENCIES = {
  normal: { priority: 0, name: 'Thường' },
  urgent: { priority: 1, name: 'Khẩn' },
  very_urgent: { priority: 2, name: 'Thượng khẩn' },
  express: { priority: 3, name: 'Hỏa tốc' },
  scheduled_express: { priority: 4, name: 'Hỏa tốc hẹn giờ' },
} as const satisfies Record<string, { priority: number; name: string }>;

export type Urgency = keyof typeof URGENCIES;

/** Most pressing last. */
export const URGENCY_ORDER = Object.keys(URGENCIES) as readonly Urgency[];

export function urgencyOfPriority(priority: number): Urgency | undefined {
  return URGENCY_ORDER.find((urgency) => URGENCIES[urgency].priority === priority);
}

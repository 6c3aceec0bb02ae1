import type { HolidayYear } from './holidays';

/** Bộ luật Lao động 2019 Điều 112.1; what the law leaves open is decided for each year by the notice named with it. */
const NEW_YEAR = 'Tết Dương lịch';
const LUNAR_NEW_YEAR = 'Tết Nguyên đán';
const HUNG_KINGS = 'Giỗ Tổ Hùng Vương (10/3 âm lịch)';
const VICTORY = 'Ngày Chiến thắng';
const LABOUR = 'Ngày Quốc tế lao động';
const NATIONAL = 'Quốc khánh';
const CULTURE = 'Ngày Văn hóa Việt Nam';

/** What falls on the same day every year: all that is known of a year without a notice. */
export const FIXED_HOLIDAYS: Readonly<Record<string, string>> = {
  '01-01': NEW_YEAR,
  '04-30': VICTORY,
  '05-01': LABOUR,
  '09-02': NATIONAL,
};

/**
 * Days off of agencies as the notices give them: holidays, days off in lieu of a holiday on a weekend (Điều 111.3), and
 * working days swapped with a Saturday. Weekends are off anyway and named only where a holiday falls on them.
 */
export const VIETNAM_HOLIDAYS: readonly HolidayYear[] = [
  {
    year: 2024,
    provisional: false,
    source: '8662/VPCP-KGVX of 3/11/2023 (Tết, Quốc khánh); 2450/VPCP-KGVX of 12/4/2024 (29/4 swapped with 4/5)',
    daysOff: {
      '2024-01-01': NEW_YEAR,
      '2024-02-08': LUNAR_NEW_YEAR,
      '2024-02-09': LUNAR_NEW_YEAR,
      '2024-02-10': LUNAR_NEW_YEAR,
      '2024-02-11': LUNAR_NEW_YEAR,
      '2024-02-12': LUNAR_NEW_YEAR,
      '2024-02-13': `Nghỉ bù ${LUNAR_NEW_YEAR}`,
      '2024-02-14': `Nghỉ bù ${LUNAR_NEW_YEAR}`,
      '2024-04-18': HUNG_KINGS,
      '2024-04-29': 'Hoán đổi với thứ Bảy 4/5/2024',
      '2024-04-30': VICTORY,
      '2024-05-01': LABOUR,
      '2024-09-02': NATIONAL,
      '2024-09-03': NATIONAL,
    },
    workingSaturdays: ['2024-05-04'],
  },
  {
    year: 2025,
    provisional: false,
    source: '8726/VPCP-KGVX of 26/11/2024, 6150/TB-BLĐTBXH of 3/12/2024',
    daysOff: {
      '2025-01-01': NEW_YEAR,
      '2025-01-27': LUNAR_NEW_YEAR,
      '2025-01-28': LUNAR_NEW_YEAR,
      '2025-01-29': LUNAR_NEW_YEAR,
      '2025-01-30': LUNAR_NEW_YEAR,
      '2025-01-31': LUNAR_NEW_YEAR,
      '2025-04-07': HUNG_KINGS,
      '2025-04-30': VICTORY,
      '2025-05-01': LABOUR,
      '2025-05-02': 'Hoán đổi với thứ Bảy 26/4/2025',
      '2025-09-01': NATIONAL,
      '2025-09-02': NATIONAL,
    },
    workingSaturdays: ['2025-04-26'],
  },
  {
    year: 2026,
    // All but 24/11 is settled: it is off by Nghị quyết 80-NQ/TW of 7/1/2026 and Nghị quyết 30/NQ-CP, which have Điều 112 amended.
    provisional: false,
    source:
      "The Ministry of Home Affairs' notices of 2025 (Tết 14/2 to 22/2; Quốc khánh 29/8 to 2/9, 31/8 swapped with 22/8); " +
      '12729/VPCP-KGVX of 25/12/2025 (2/1 swapped with 10/1); 80-NQ/TW of 7/1/2026 and 30/NQ-CP (24/11)',
    daysOff: {
      '2026-01-01': NEW_YEAR,
      '2026-01-02': 'Hoán đổi với thứ Bảy 10/1/2026',
      '2026-02-16': LUNAR_NEW_YEAR,
      '2026-02-17': LUNAR_NEW_YEAR,
      '2026-02-18': LUNAR_NEW_YEAR,
      '2026-02-19': LUNAR_NEW_YEAR,
      '2026-02-20': LUNAR_NEW_YEAR,
      '2026-04-26': HUNG_KINGS,
      '2026-04-27': `Nghỉ bù ${HUNG_KINGS}`,
      '2026-04-30': VICTORY,
      '2026-05-01': LABOUR,
      '2026-08-31': 'Hoán đổi với thứ Bảy 22/8/2026',
      '2026-09-01': NATIONAL,
      '2026-09-02': NATIONAL,
      '2026-11-24': CULTURE,
    },
    workingSaturdays: ['2026-01-10', '2026-08-22'],
  },
  {
    year: 2027,
    provisional: true,
    source: 'Computed: first day of Tết 6/2, 10/3 of the lunar year on 16/4; adjacent days as in 2024, without swaps',
    daysOff: {
      '2027-01-01': NEW_YEAR,
      '2027-02-04': LUNAR_NEW_YEAR,
      '2027-02-05': LUNAR_NEW_YEAR,
      '2027-02-06': LUNAR_NEW_YEAR,
      '2027-02-07': LUNAR_NEW_YEAR,
      '2027-02-08': LUNAR_NEW_YEAR,
      '2027-02-09': `Nghỉ bù ${LUNAR_NEW_YEAR}`,
      '2027-02-10': `Nghỉ bù ${LUNAR_NEW_YEAR}`,
      '2027-04-16': HUNG_KINGS,
      '2027-04-30': VICTORY,
      '2027-05-01': LABOUR,
      '2027-05-03': `Nghỉ bù ${LABOUR}`,
      '2027-09-02': NATIONAL,
      '2027-09-03': NATIONAL,
      '2027-11-24': CULTURE,
    },
    workingSaturdays: [],
  },
];

/**
 * The 29 kinds of administrative document of NĐ 30/2020/NĐ-CP Điều 7, with the abbreviations of its Phụ lục III.
 * Công văn and thư công have no abbreviation.
 */
export const DOCUMENT_KINDS = {
  'nghi-quyet': { abbreviation: 'NQ', name: 'Nghị quyết' },
  'quyet-dinh': { abbreviation: 'QĐ', name: 'Quyết định' },
  'chi-thi': { abbreviation: 'CT', name: 'Chỉ thị' },
  'quy-che': { abbreviation: 'QC', name: 'Quy chế' },
  'quy-dinh': { abbreviation: 'QyĐ', name: 'Quy định' },
  'thong-cao': { abbreviation: 'TC', name: 'Thông cáo' },
  'thong-bao': { abbreviation: 'TB', name: 'Thông báo' },
  'huong-dan': { abbreviation: 'HD', name: 'Hướng dẫn' },
  'chuong-trinh': { abbreviation: 'CTr', name: 'Chương trình' },
  'ke-hoach': { abbreviation: 'KH', name: 'Kế hoạch' },
  'phuong-an': { abbreviation: 'PA', name: 'Phương án' },
  'de-an': { abbreviation: 'ĐA', name: 'Đề án' },
  'du-an': { abbreviation: 'DA', name: 'Dự án' },
  'bao-cao': { abbreviation: 'BC', name: 'Báo cáo' },
  'bien-ban': { abbreviation: 'BB', name: 'Biên bản' },
  'to-trinh': { abbreviation: 'TTr', name: 'Tờ trình' },
  'hop-dong': { abbreviation: 'HĐ', name: 'Hợp đồng' },
  'cong-van': { abbreviation: undefined, name: 'Công văn' },
  'cong-dien': { abbreviation: 'CĐ', name: 'Công điện' },
  'ban-ghi-nho': { abbreviation: 'BGN', name: 'Bản ghi nhớ' },
  'ban-thoa-thuan': { abbreviation: 'BTT', name: 'Bản thỏa thuận' },
  'giay-uy-quyen': { abbreviation: 'GUQ', name: 'Giấy ủy quyền' },
  'giay-moi': { abbreviation: 'GM', name: 'Giấy mời' },
  'giay-gioi-thieu': { abbreviation: 'GGT', name: 'Giấy giới thiệu' },
  'giay-nghi-phep': { abbreviation: 'GNP', name: 'Giấy nghỉ phép' },
  'phieu-gui': { abbreviation: 'PG', name: 'Phiếu gửi' },
  'phieu-chuyen': { abbreviation: 'PC', name: 'Phiếu chuyển' },
  'phieu-bao': { abbreviation: 'PB', name: 'Phiếu báo' },
  'thu-cong': { abbreviation: undefined, name: 'Thư công' },
} as const satisfies Record<string, { abbreviation: string | undefined; name: string }>;

export type DocumentKind = keyof typeof DOCUMENT_KINDS;

const kindBySpelling = spellingsOf(DOCUMENT_KINDS);

/**
 * By its key (`quyet-dinh`), abbreviation (`QĐ`, exactly) or name (`quyết định`, in any case). Only names are read in any case:
 * abbreviations differ by case and dấu alone (QC and QyĐ, HD and HĐ, DA and ĐA).
 */
export function parseDocumentKind(text: string): DocumentKind | undefined {
  const exact = text.trim().normalize('NFC');
  return kindBySpelling.get(exact) ?? kindBySpelling.get(exact.toLocaleLowerCase('vi'));
}

function spellingsOf<Key extends string>(
  table: Readonly<Record<Key, { readonly abbreviation: string | undefined; readonly name: string }>>,
): ReadonlyMap<string, Key> {
  const spellings = new Map<string, Key>();
  for (const key of Object.keys(table) as Key[]) {
    const { abbreviation, name } = table[key];
    spellings.set(key, key);
    spellings.set(name.normalize('NFC').toLocaleLowerCase('vi'), key);
    if (abbreviation !== undefined) spellings.set(abbreviation.normalize('NFC'), key);
  }
  return spellings;
}

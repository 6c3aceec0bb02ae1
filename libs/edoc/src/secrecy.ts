/** The degrees of state secrecy (Luật Bảo vệ bí mật nhà nước 2018 Điều 8). None may travel here (QĐ 28/2018/QĐ-TTg Điều 1.2). */
export type SecrecyDegree = 'Mật' | 'Tối mật' | 'Tuyệt mật';

const DEGREES: readonly SecrecyDegree[] = ['Tuyệt mật', 'Tối mật', 'Mật'];

/** `Độ mật: Tối mật` and `Tối mật` mark the same. */
const PREFIX = /^(?:(?:độ|do|mức độ|muc do)\s+(?:mật|mat)|secrecy)\s*[:-]\s*/u;

/** The degree a marking field names, whatever its case, spacing and dấu; undefined for anything else, such as `thường`. */
export function secrecyDegreeOf(marking: string): SecrecyDegree | undefined {
  const words = tidy(marking)
    .replace(PREFIX, '')
    .replace(/^[\s[("'*]+|[\s\])"'*.!]+$/gu, '');
  return DEGREES.find((degree) => names(words, degree));
}

/**
 * The degree a subject line opens with, set apart as a mark: `[MẬT] Về việc …`, `TỐI MẬT - …`.
 * The word within a sentence (`bảo mật thông tin`, `mật độ dân số`) marks nothing.
 */
export function secrecyMarkIn(subject: string): SecrecyDegree | undefined {
  const opening = tidy(subject);
  const [, mark] =
    /^(?:[[(]\s*([^\])]{1,20}?)\s*[\])]|([^:–—-]{1,20}?)\s*[:–—-])/u.exec(opening)?.filter(Boolean) ?? [];
  return mark === undefined ? undefined : DEGREES.find((degree) => names(mark, degree));
}

/** The degree's own dấu, or none at all: `mặt` and `mất` are other words. */
function names(words: string, degree: SecrecyDegree): boolean {
  const proper = tidy(degree);
  return words === proper || words === withoutMarks(proper);
}

function tidy(text: string): string {
  return text
    .normalize('NFC')
    .trim()
    .replace(/[\s_]+/gu, ' ')
    .toLocaleLowerCase('vi');
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
}

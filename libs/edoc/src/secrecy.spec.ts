import { secrecyDegreeOf, secrecyMarkIn } from './secrecy';

describe('a marking of state secrecy', () => {
  it.each([
    ['Mật', 'Mật'],
    ['MẬT', 'Mật'],
    ['mat', 'Mật'],
    ['  Tối   Mật ', 'Tối mật'],
    ['TOI MAT', 'Tối mật'],
    ['tối_mật', 'Tối mật'],
    ['Tuyệt mật', 'Tuyệt mật'],
    ['Tuyệt mật'.normalize('NFD'), 'Tuyệt mật'],
    ['tuyet mat', 'Tuyệt mật'],
    ['TUYỆT MẬT!', 'Tuyệt mật'],
    ['Độ mật: Tối mật', 'Tối mật'],
    ['ĐỘ MẬT - MẬT', 'Mật'],
    ['[Mật]', 'Mật'],
  ])('is seen in %j', (text, degree) => {
    expect(secrecyDegreeOf(text)).toBe(degree);
  });

  it.each(['', 'thường', 'Không', 'mặt', 'mất', 'bảo mật', 'mật độ', 'Độ mật: thường', 'công khai'])(
    'is not seen in %j',
    (text) => {
      expect(secrecyDegreeOf(text)).toBeUndefined();
    },
  );
});

describe('a subject line', () => {
  it.each([
    ['[MẬT] Về việc kiểm tra', 'Mật'],
    ['(Tối mật) Về việc kiểm tra', 'Tối mật'],
    ['TUYỆT MẬT - Về việc kiểm tra', 'Tuyệt mật'],
    ['Mật: báo cáo quý IV', 'Mật'],
  ])('%j opens with a mark', (subject, degree) => {
    expect(secrecyMarkIn(subject)).toBe(degree);
  });

  it.each([
    'Về việc bảo mật thông tin',
    'Mật độ dân số - số liệu năm 2026',
    'Mặt trận Tổ quốc: chương trình phối hợp',
    'Kế hoạch bảo vệ bí mật nhà nước',
    '',
  ])('%j does not', (subject) => {
    expect(secrecyMarkIn(subject)).toBeUndefined();
  });
});

import { type Problem, type ProblemCode, problemTexts } from '@axis/pki';

/** Why a validation ended as it did: a stable code, and the sentence for a clerk in English and Vietnamese. */
export interface Reason {
  readonly code: ReasonCode;
  readonly en: string;
  readonly vi: string;
  /** Which object, entry or name it is about, when there is more to say. */
  readonly detail?: string;
}

/** This library's own reasons, and those of the certificate (`certificate-expired`, `no-certificate-chain`, …). */
export type ReasonCode = OwnReasonCode | Kebab<ProblemCode>;
export type OwnReasonCode = keyof typeof TEXTS;

type Kebab<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${Kebab<Tail>}`
  : Lowercase<S>;

const TEXTS = {
  // The file
  'not-a-pdf': ['The file is not a PDF.', 'Tệp không phải là PDF.'],
  damaged: ['The file is damaged.', 'Tệp bị hỏng.'],
  'too-complex': [
    'The file is built so that it cannot be read safely.',
    'Cấu trúc tệp quá phức tạp, không thể đọc an toàn.',
  ],
  encrypted: ['The file is encrypted.', 'Tệp bị mã hóa.'],
  unsigned: ['The file carries no signature.', 'Tệp không có chữ ký số.'],
  'certification-broken': [
    'The certification that the file names is not among its signatures.',
    'Chứng thực (certification) ghi trong tệp không nằm trong các chữ ký của tệp.',
  ],
  // The signature's form
  'signature-dictionary-missing': [
    'The signature field has no readable signature.',
    'Trường chữ ký không chứa chữ ký đọc được.',
  ],
  'unsupported-format': ['The signature is of an unsupported kind.', 'Định dạng chữ ký không được hỗ trợ.'],
  'byte-range-malformed': [
    'The byte range is not four numbers that begin at 0.',
    'Phạm vi ký (ByteRange) không đúng dạng bốn số bắt đầu từ 0.',
  ],
  'byte-range-gap': [
    'The signature leaves out more, or other bytes, than its own value.',
    'Phần tệp không được ký không trùng khớp với giá trị chữ ký.',
  ],
  'byte-range-end': [
    'The signed part does not end where a revision of the file ends.',
    'Phần được ký không kết thúc tại cuối một phiên bản của tệp.',
  ],
  'contents-malformed': ['The signature value is missing or malformed.', 'Giá trị chữ ký thiếu hoặc sai định dạng.'],
  'signature-shared': ['Two fields claim the same signature.', 'Hai trường cùng dùng một chữ ký.'],
  'signature-not-in-revision': [
    'The signature is not part of the revision that it claims to sign.',
    'Chữ ký không thuộc phiên bản mà nó ký.',
  ],
  'signature-replaced': [
    'The signature or its field was changed after signing.',
    'Chữ ký hoặc trường chữ ký đã bị thay đổi sau khi ký.',
  ],
  // Cryptography
  'cms-malformed': ['The signature value cannot be read.', 'Không đọc được giá trị chữ ký.'],
  'signer-count': ['The signature value has not exactly one signer.', 'Giá trị chữ ký không có đúng một người ký.'],
  'content-embedded': ['The signature value carries content of its own.', 'Giá trị chữ ký mang nội dung riêng.'],
  'certificate-not-found': ["The signer's certificate is missing.", 'Không tìm thấy chứng thư số của người ký.'],
  'signed-attributes': ['The signature lacks attributes it must have.', 'Chữ ký thiếu thuộc tính bắt buộc.'],
  'digest-mismatch': ['The signed content was changed.', 'Nội dung đã ký bị thay đổi.'],
  'certificate-reference': [
    "The signature does not name its signer's certificate, or names another.",
    'Chữ ký không tham chiếu đúng chứng thư số của người ký.',
  ],
  'signature-wrong': [
    'The signature value is not that of this certificate.',
    'Giá trị chữ ký không khớp với chứng thư số.',
  ],
  'weak-algorithm': [
    'The signature uses an algorithm or key that is no longer accepted.',
    'Chữ ký dùng thuật toán hoặc khóa không còn được chấp nhận.',
  ],
  // The certificate
  'trust-not-checked': ['The certificate was not checked, as asked.', 'Không kiểm tra chứng thư số theo yêu cầu.'],
  'timestamp-invalid': ['A timestamp is not valid.', 'Dấu thời gian không hợp lệ.'],
  'timestamp-order': [
    'A timestamp is later than the time of validation.',
    'Dấu thời gian muộn hơn thời điểm kiểm tra.',
  ],
  // Changes after the signature
  'later-catalog': ['The document catalogue was changed after signing.', 'Danh mục tài liệu bị thay đổi sau khi ký.'],
  'later-form': ['The form was changed after signing.', 'Biểu mẫu bị thay đổi sau khi ký.'],
  'later-field': ['A field was added or changed after signing.', 'Có trường bị thêm hoặc sửa sau khi ký.'],
  'later-locked-field': ['A field that the signature locked was changed.', 'Trường đã bị khóa bởi chữ ký bị thay đổi.'],
  'later-page': ['A page was changed after signing.', 'Trang tài liệu bị thay đổi sau khi ký.'],
  'later-annotation': ['An annotation was added or removed after signing.', 'Chú thích bị thêm hoặc xóa sau khi ký.'],
  'later-object': ['Content was added or replaced after signing.', 'Nội dung bị thêm hoặc thay thế sau khi ký.'],
  'later-removal': ['Content was removed after signing.', 'Nội dung bị xóa sau khi ký.'],
  'later-hidden-reference': [
    'Content added after signing fills a gap that was left for it before.',
    'Nội dung thêm sau khi ký lấp vào chỗ trống đã cài sẵn trước khi ký.',
  ],
  'later-large-appearance': [
    'A later signature covers a large part of a page.',
    'Hình ảnh chữ ký thêm sau che phần lớn trang tài liệu.',
  ],
  'later-not-permitted': [
    'The certification does not permit what was done later.',
    'Thay đổi sau khi ký không được chứng thực (certification) cho phép.',
  ],
  'later-structure': ['The later revision is not well formed.', 'Phiên bản sau khi ký có cấu trúc không hợp lệ.'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export function reason(code: OwnReasonCode, detail?: string): Reason {
  const [en, vi] = TEXTS[code];
  return detail === undefined ? { code, en, vi } : { code, en, vi, detail };
}

/** What is wrong with a certificate, and with whose. */
export function certificateReason({ code, certificate, detail }: Problem): Reason {
  const { en, vi } = problemTexts[code];
  const name = certificate.subject.first('CN') ?? certificate.subject.toString();
  return {
    code: code.toLowerCase().replaceAll('_', '-') as Kebab<ProblemCode>,
    en: `${en}.`,
    vi: `${vi}.`,
    detail: detail === undefined ? name : `${name}: ${detail}`,
  };
}

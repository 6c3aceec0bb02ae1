import { type EvidenceKind, STATUSES, vietnamStamp } from '@axis/edoc';
import type { Evidence } from '@axis/evidence';

/** What happened, in a clerk's words. */
const TOLD: Readonly<Record<EvidenceKind, string>> = {
  SubmissionAcceptance: 'Trục tiếp nhận văn bản, chữ ký hợp lệ',
  SubmissionRejection: 'Trục từ chối văn bản',
  ContentConsignment: 'Văn bản đã đến hộp nhận',
  ContentConsignmentFailure: 'Không chuyển được văn bản',
  ContentHandover: 'Đã lấy văn bản về và kiểm tra',
  ConsignmentAcceptance: 'Đã tiếp nhận (03)',
  ConsignmentRejection: 'Từ chối tiếp nhận (02)',
  StatusReport: '',
  SubmissionWithdrawal: 'Bên gửi rút văn bản trước khi chuyển',
  ConsignmentWithdrawal: 'Đã rút trước khi nơi nhận xem',
  Recall: 'Đã hủy theo yêu cầu lấy lại',
  Removal: 'Đã thôi gửi cho nơi nhận này',
  Supersession: 'Có văn bản cập nhật, thay thế',
  Forwarding: 'Đã chuyển tiếp cho đơn vị cấp dưới',
  Overdue: 'Quá hạn',
  ContentExpiry: 'Nội dung đã hết hạn lưu trên trục',
};

/** Where the words of an event begin in its line. */
const WORDS_COLUMN = 51;

/** One line an event, oldest first: when, who, what, and the receipt that proves it; below it the reason, where one was given. */
export function timeline(evidence: readonly Evidence[], names: ReadonlyMap<string, string>): string[] {
  return [...evidence]
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.id.localeCompare(b.id))
    .flatMap((one) => {
      const code = actorOf(one);
      const who = `${names.get(code) ?? ''} (${code})`;
      const when = vietnamStamp(new Date(one.occurredAt)).slice(11);
      const reason = one.status?.reason ?? one.withdrawal?.reason;
      return [
        `  ${when}  ${who.padEnd(WORDS_COLUMN - 13)} ${what(one).padEnd(46)} ${one.kind}`,
        ...(reason === undefined ? [] : [`${' '.repeat(WORDS_COLUMN)}“${reason}”`]),
      ];
    });
}

/** Whose line it is: of a status, who said it; else where it happened. */
function actorOf({ status, delivery, document }: Evidence): string {
  return status && STATUSES[status.code].by === 'sender' ? document.from : (delivery?.agency ?? document.from);
}

function what({ kind, status, delivery }: Evidence): string {
  if (kind === 'StatusReport' && status) return `${STATUSES[status.code].name} (${status.code})`;
  const asked = delivery?.succession.length ? `, thay cho ${delivery.requestedAs.join(', ')}` : '';
  return `${TOLD[kind]}${asked}`;
}

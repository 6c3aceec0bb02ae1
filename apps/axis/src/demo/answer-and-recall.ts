import { SAMPLE_AGENCIES } from '../environment/sample-keys';
import type { DemoAgency } from './demo-agency';
import { type Cast, type Outcome, outcomeOf } from './scenario';

/** One receiver answers the document, and the sender takes the answer and finds the thread. */
export async function answer(
  { sender, receivers }: Cast,
  answered: string,
  say: (line: string) => void,
): Promise<Outcome & { readonly answers: string }> {
  const { code, name, person } = SAMPLE_AGENCIES.answerer;
  const answerer = agencyIn(receivers, code);
  const { document } = await answerer.issue(SAMPLE_AGENCIES.answerer, {
    notation: 'STC-VP',
    place: 'Sông Lam',
    subject: 'báo cáo tình hình gửi, nhận văn bản điện tử',
    to: [SAMPLE_AGENCIES.sender.code],
    addressees: ['Văn phòng Chính phủ'],
    body: [
      'Thực hiện văn bản của Văn phòng Chính phủ về việc đẩy mạnh gửi, nhận văn bản điện tử, Sở Tài chính tỉnh Sông Lam báo cáo: từ đầu năm đến nay, 100% văn bản đi được ký số và gửi qua Trục liên thông văn bản; không có văn bản bị trả lại.',
      'Sở Tài chính tỉnh Sông Lam trân trọng báo cáo./.',
    ],
    authority: 'KT. GIÁM ĐỐC',
    recipients: ['Như trên', 'UBND tỉnh (để báo cáo)'],
    respondsTo: [answered],
  });
  const { item, pdf } = await sender.take(document.id);
  for (const status of ['01', '03']) {
    await sender.dms.report(item.deliveryId, { code: status, staff: { name: 'Đỗ Thị Lan Anh' } });
  }
  const links = await sender.dms.links(document.id);
  const thread = links.find(({ kind, document: other }) => kind === 'answers' && other?.id === answered);
  if (!thread) throw new Error('the answer does not lead to what it answers');
  say(`${name} trả lời (${person} ký số): ${document.reference} trả lời ${thread.reference}.`);
  return { ...(await outcomeOf(answerer.dms, document.id, pdf, 5)), answers: thread.reference };
}

/** A document sent by mistake: who has read it is asked for it, who has not never sees it. */
export async function recall({ sender, receivers }: Cast, say: (line: string) => void): Promise<Outcome> {
  const [reader, other] = [agencyIn(receivers, 'H17.05'), agencyIn(receivers, 'G07')];
  const { document } = await sender.issue(SAMPLE_AGENCIES.sender, {
    notation: 'VPCP-TH',
    place: 'Hà Nội',
    subject: 'lịch họp giao ban tháng tới',
    to: [reader.code, other.code],
    addressees: ['Sở Tài chính tỉnh Sông Lam', 'Bộ Khoa học và Công nghệ'],
    body: ['Văn phòng Chính phủ thông báo lịch họp giao ban tháng tới để các cơ quan chuẩn bị nội dung báo cáo./.'],
    authority: 'KT. BỘ TRƯỞNG, CHỦ NHIỆM',
  });
  const { item, pdf } = await reader.take(document.id);
  await other.waitFor(document.id);
  await sender.dms.recall(document.id, 'Văn bản ban hành nhầm ngày họp.');
  await reader.dms.report(item.deliveryId, { code: '15', staff: { name: 'Trần Thị Hồng Nhung' } });
  if ((await other.dms.inbox(0)).some((waiting) => waiting.document.id === document.id)) {
    throw new Error(`${other.code} still sees what was withdrawn`);
  }
  say(
    `${SAMPLE_AGENCIES.sender.name} lấy lại ${document.reference}: ${other.code} chưa xem, đã rút; ${reader.code} đồng ý.`,
  );
  // Accepted; two consigned, one handed over; recall asked and agreed to; one withdrawn.
  return outcomeOf(sender.dms, document.id, pdf, 7);
}

function agencyIn(agencies: Cast['receivers'], code: string): DemoAgency {
  const found = agencies.get(code);
  if (!found) throw new Error(`${code} has not joined`);
  return found;
}

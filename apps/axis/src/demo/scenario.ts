import { SAMPLE_AGENCIES } from '../environment/sample-keys';
import type { Axis } from '../environment/run-axis';
import { DemoAgency, until } from './demo-agency';
import type { Delivery, Dms, Receipt, SentDocument } from './dms';

/** What a receiver does with what it got. */
interface Receiver {
  /** The code the sender writes. */
  readonly requestedAs: string;
  /** The agency that must get it. */
  readonly agency: string;
  readonly clerk: string;
  readonly statuses: readonly { readonly code: string; readonly reason?: string }[];
  /** The delivery's state in the end. */
  readonly state: string;
}

export const RECEIVERS: readonly Receiver[] = [
  {
    requestedAs: 'H17.05',
    agency: 'H17.05',
    clerk: 'Trần Thị Hồng Nhung',
    statuses: [{ code: '01' }, { code: '03' }, { code: '04' }, { code: '05' }, { code: '06' }],
    state: 'completed',
  },
  {
    // By its old code (QCVN 102:2016).
    requestedAs: '000.00.00.G12',
    agency: 'G12',
    clerk: 'Lê Quang Vũ',
    statuses: [{ code: '01' }, { code: '02', reason: 'Văn bản gửi không đúng thẩm quyền giải quyết của đơn vị.' }],
    state: 'refused',
  },
  {
    // Closed: its successor gets it.
    requestedAs: 'G14',
    agency: 'G07',
    clerk: 'Phạm Thị Mỹ Duyên',
    statuses: [{ code: '01' }],
    state: 'arrived',
  },
];

/** Everything that came of one document. */
export interface Outcome {
  readonly document: SentDocument;
  readonly pdf: Buffer;
  readonly deliveries: readonly { readonly delivery: Delivery; readonly statuses: readonly string[] }[];
  readonly receipts: readonly Receipt[];
}

/** The agencies that meet in the demo. */
export interface Cast {
  readonly sender: DemoAgency;
  readonly receivers: ReadonlyMap<string, DemoAgency>;
}

export async function joinCast(axis: Axis): Promise<Cast> {
  const sender = await DemoAgency.join(axis, SAMPLE_AGENCIES.sender.code);
  const receivers = new Map<string, DemoAgency>();
  for (const { agency } of RECEIVERS) receivers.set(agency, await DemoAgency.join(axis, agency));
  return { sender, receivers };
}

/** One document's whole way: signed, sealed by the axis, sent to three agencies, each of which does something else with it. */
export async function sendToAll({ sender, receivers }: Cast, say: (line: string) => void): Promise<Outcome> {
  const { name, person } = SAMPLE_AGENCIES.sender;
  say(`${name} soạn văn bản; ${person} ký số.`);
  const { document, signed } = await sender.issue(SAMPLE_AGENCIES.sender, {
    notation: 'VPCP-CĐS',
    place: 'Hà Nội',
    subject: 'đẩy mạnh gửi, nhận văn bản điện tử giữa các cơ quan nhà nước',
    to: RECEIVERS.map(({ requestedAs }) => requestedAs),
    addressees: ['Sở Tài chính tỉnh Sông Lam', 'Bộ Tài chính', 'Bộ Thông tin và Truyền thông'],
    body: BODY,
    authority: 'KT. BỘ TRƯỞNG, CHỦ NHIỆM',
    recipients: ['Như trên', 'Cục Kiểm soát thủ tục hành chính'],
  });
  say(`Trục đã tiếp nhận, kiểm tra chữ ký và đóng dấu số của ${name}.`);

  let pdf: Buffer = signed;
  for (const { agency, clerk, statuses } of RECEIVERS) {
    const receiver = receivers.get(agency);
    if (!receiver) throw new Error(`${agency} has not joined`);
    const taken = await receiver.take(document.id);
    pdf = taken.pdf;
    for (const status of statuses) {
      await receiver.dms.report(taken.item.deliveryId, { ...status, staff: { name: clerk } });
    }
    say(`${agency} đã nhận, kiểm tra và phản hồi: ${statuses.map(({ code }) => code).join(', ')}.`);
  }
  const events = 1 + RECEIVERS.reduce((sum, { statuses }) => sum + 2 + statuses.length, 0);
  return outcomeOf(sender.dms, document.id, pdf, events);
}

const BODY = [
  'Thực hiện Quyết định số 28/2018/QĐ-TTg ngày 12 tháng 7 năm 2018 của Thủ tướng Chính phủ về việc gửi, nhận văn bản điện tử giữa các cơ quan trong hệ thống hành chính nhà nước, Văn phòng Chính phủ đề nghị các cơ quan, đơn vị triển khai các nội dung sau:',
  '1. Toàn bộ văn bản không thuộc danh mục bí mật nhà nước được ký số bởi người có thẩm quyền, ký số của cơ quan và gửi qua Trục liên thông văn bản; không gửi kèm bản giấy, trừ trường hợp pháp luật có quy định khác.',
  '2. Văn bản đến được kiểm tra tính xác thực, tính toàn vẹn trước khi tiếp nhận; trường hợp không bảo đảm phải trả lại kèm lý do cho nơi gửi trong ngày làm việc.',
  '3. Cập nhật đầy đủ, kịp thời trạng thái xử lý văn bản: đã đến, từ chối tiếp nhận, đã tiếp nhận, phân công, đang xử lý, hoàn thành; bảo đảm nơi gửi theo dõi được quá trình xử lý từ khi gửi đến khi hoàn thành.',
  '4. Rà soát, cập nhật mã định danh điện tử của các cơ quan, đơn vị sau sắp xếp tổ chức bộ máy; văn bản gửi đến đơn vị đã giải thể, sáp nhập được chuyển đến đơn vị kế thừa chức năng, nhiệm vụ.',
  '5. Người đứng đầu cơ quan, đơn vị chịu trách nhiệm về việc ứng dụng chữ ký số, bảo đảm an toàn thông tin, bảo mật trong quá trình gửi, nhận, lưu trữ văn bản điện tử theo quy định của pháp luật.',
  '6. Trước ngày 15 tháng 12 hằng năm, các cơ quan, đơn vị gửi báo cáo kết quả thực hiện, trong đó nêu rõ số lượng văn bản điện tử đã gửi, đã nhận, tỷ lệ văn bản được ký số, số văn bản bị trả lại và lý do.',
  '7. Giao Cục Kiểm soát thủ tục hành chính chủ trì theo dõi, đôn đốc, tổng hợp, báo cáo Lãnh đạo Văn phòng Chính phủ tình hình thực hiện trước ngày 31 tháng 12 hằng năm.',
  'Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị phản ánh về Văn phòng Chính phủ để được hướng dẫn, giải quyết kịp thời./.',
];

/** Receipts follow what they tell of: waits until each of so many events has its own. */
export async function outcomeOf(sender: Dms, documentId: string, pdf: Buffer, events: number): Promise<Outcome> {
  const receipts = await until(`receipt of each step of ${documentId}`, async () => {
    const issued = await sender.receipts(documentId);
    return issued.length < events ? undefined : issued;
  });
  const deliveries = await Promise.all(
    (await sender.deliveries(documentId)).map(async (delivery) => ({
      delivery,
      statuses: (await sender.statuses(delivery.id)).map(({ code }) => code),
    })),
  );
  return { document: await sender.document(documentId), pdf, deliveries, receipts };
}

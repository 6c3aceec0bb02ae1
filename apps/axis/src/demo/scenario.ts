import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgencyCode, vietnamDate, vietnamStamp } from '@axis/edoc';
import { signPdf, validatePdf, type ValidationOptions } from '@axis/pades';
import { openPkcs12 } from '@axis/pki';
import { Directory, SecretBox, SystemStore } from '@axis/storage';
import { SAMPLE_SENDER } from '../environment/sample-keys';
import { KeyRing } from '../../../signer/src/key-ring';
import type { Axis } from '../environment/run-axis';
import { type Delivery, Dms, type InboxItem, type Receipt, type SentDocument } from './dms';
import { officialDocument } from './official-document';

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

/** Everything that came of one run. */
export interface Outcome {
  readonly document: SentDocument;
  readonly pdf: Buffer;
  readonly deliveries: readonly { readonly delivery: Delivery; readonly statuses: readonly string[] }[];
  readonly receipts: readonly Receipt[];
}

/** One document's whole way: signed, sealed by the axis, sent to three agencies, each of which does something else with it. */
export async function playScenario(axis: Axis, say: (line: string) => void): Promise<Outcome> {
  const { keys } = axis.environment.config;
  const sender = await joinSystem(axis, SAMPLE_SENDER.code);
  const person = openPkcs12(await readFile(join(keys.dir, 'sample/person.p12')), keys.password);
  const now = new Date();
  const number = vietnamStamp(now).slice(11).replaceAll(':', '');
  const notation = 'VPCP-CĐS';
  const subject = 'đẩy mạnh gửi, nhận văn bản điện tử giữa các cơ quan nhà nước';

  say(`${SAMPLE_SENDER.agency} soạn văn bản ${number}/${notation}; ${SAMPLE_SENDER.person} ký số.`);
  const draft = await draftDocument(number, notation, subject, now);
  const image = await readFile(join(keys.dir, 'sample/person.png'));
  const signed = await signPdf(draft, {
    key: person,
    signingTime: now,
    reason: 'Ký ban hành',
    look: { kind: 'person', image, place: { anchor: SAMPLE_SENDER.person, side: 'above', distance: 8 } },
  });
  const document = await sender.send(
    {
      from: SAMPLE_SENDER.code,
      to: RECEIVERS.map(({ requestedAs }) => requestedAs),
      number,
      notation,
      kind: 'cong-van',
      subject,
      promulgatedOn: vietnamDate(now),
      signer: { fullName: SAMPLE_SENDER.person, position: 'Phó Chủ nhiệm' },
      seal: true,
      files: [{ name: `${number}-${notation}.pdf`, sha256: sha256(signed) }],
    },
    [{ name: 'document.pdf', bytes: signed }],
  );
  if (document.rejection) throw new Error(`The axis rejected the document: ${document.rejection.messages.vi}`);
  say(`Trục đã tiếp nhận, kiểm tra chữ ký và đóng dấu số của ${SAMPLE_SENDER.agency}.`);

  const { validation } = await KeyRing.open(axis.environment.config);
  let pdf: Buffer = signed;
  for (const receiver of RECEIVERS) pdf = await receive(axis, receiver, document, validation, say);
  return { document: await sender.document(document.id), pdf, ...(await settle(sender, document.id)) };
}

async function draftDocument(number: string, notation: string, subject: string, date: Date): Promise<Buffer> {
  return officialDocument({
    agency: SAMPLE_SENDER.agency,
    number,
    notation,
    place: 'Hà Nội',
    date,
    subject,
    addressees: ['Sở Tài chính tỉnh Sông Lam', 'Bộ Tài chính', 'Bộ Thông tin và Truyền thông'],
    body: BODY,
    authority: 'KT. BỘ TRƯỞNG, CHỦ NHIỆM',
    position: 'PHÓ CHỦ NHIỆM',
    signer: SAMPLE_SENDER.person,
    recipients: ['Như trên', 'Cục Kiểm soát thủ tục hành chính'],
  });
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

async function receive(
  axis: Axis,
  receiver: Receiver,
  document: SentDocument,
  validation: ValidationOptions,
  say: (line: string) => void,
): Promise<Buffer> {
  const dms = await joinSystem(axis, receiver.agency);
  const item = await waitFor(dms, document.id);
  const [file] = item.files;
  if (!file) throw new Error('a delivery has its main PDF');
  const pdf = await dms.fetchFile(file);
  // QĐ 28/2018 Đ9: authenticity and integrity are checked before anything is accepted.
  const { indication } = await validatePdf(pdf, validation);
  if (sha256(pdf) !== file.sha256 || indication !== 'TOTAL-PASSED')
    throw new Error(`${receiver.agency} got ${indication}`);
  await dms.acknowledge(item.deliveryId, file.sha256);
  for (const status of receiver.statuses) {
    await dms.report(item.deliveryId, { ...status, staff: { name: receiver.clerk } });
  }
  say(`${receiver.agency} đã nhận, kiểm tra và phản hồi: ${receiver.statuses.map(({ code }) => code).join(', ')}.`);
  return pdf;
}

async function waitFor(dms: Dms, documentId: string): Promise<InboxItem> {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const item = (await dms.inbox(5)).find(({ document }) => document.id === documentId);
    if (item) return item;
    await pause(100);
  }
  throw new Error(`document ${documentId} did not arrive within 30 seconds`);
}

/** Receipts follow what they tell of: waits until each event has its own. */
async function settle(sender: Dms, documentId: string): Promise<Pick<Outcome, 'deliveries' | 'receipts'>> {
  const events = 1 + RECEIVERS.reduce((sum, { statuses }) => sum + 2 + statuses.length, 0);
  let receipts = await sender.receipts(documentId);
  for (const until = Date.now() + 30_000; receipts.length < events && Date.now() < until;) {
    await pause(50);
    receipts = await sender.receipts(documentId);
  }
  const deliveries = await Promise.all(
    (await sender.deliveries(documentId)).map(async (delivery) => ({
      delivery,
      statuses: (await sender.statuses(delivery.id)).map(({ code }) => code),
    })),
  );
  return { deliveries, receipts };
}

async function joinSystem({ app, url }: Axis, code: string): Promise<Dms> {
  const directory = app.get(Directory, { strict: false });
  const found = (await directory.resolve([code as AgencyCode])).get(code as AgencyCode);
  if (found?.kind !== 'found')
    throw new Error(`The directory has no active agency ${code}: import deploy/sample/agencies.csv`);
  const clientId = `demo-${code.toLowerCase()}`;
  const name = `Phần mềm quản lý văn bản – ${found.agency.name}`;
  const secret = await app
    .get(SystemStore, { strict: false })
    .register({ clientId, name, agencyIds: [found.agency.id] }, app.get(SecretBox, { strict: false }));
  return Dms.signIn(url, clientId, secret);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyReceipt } from '@axis/evidence';
import { validatePdf } from '@axis/pades';
import { Certificate } from '@axis/pki';
import type { InboxItem, SentDocument } from '../apps/axis/src/demo/dms';
import { KeyRing } from '../apps/signer/src/key-ring';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, sha256, signedPdf } from './support/letter';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

/** By its new code, by its old one, by both at once, and by that of a closed agency whose successor is another. */
const TO = ['H17.05', '000.00.00.G12', 'G12', 'G14'];
const STEPS = {
  'H17.05': [{ code: '01' }, { code: '03' }, { code: '04' }, { code: '05' }, { code: '06' }],
  G12: [{ code: '01' }, { code: '02', reason: 'Không đúng thẩm quyền' }],
  G07: [{ code: '01' }],
} as const;
const RECEIVERS = Object.keys(STEPS) as (keyof typeof STEPS)[];

let axis: TestAxis;
let sender: Joined;
let stranger: Joined;
const receivers = new Map<string, Joined>();
const items = new Map<string, InboxItem>();
let signed: Buffer;
let document: SentDocument;

beforeAll(async () => {
  axis = await TestAxis.start();
  sender = await axis.join('G22');
  stranger = await axis.join('G18');
  for (const code of RECEIVERS) receivers.set(code, await axis.join(code));
  signed = await signedPdf(axis.ground.config.keys.dir);
  const files = [
    { name: 'công văn.pdf', bytes: signed },
    { name: 'phụ lục.xlsx', bytes: Buffer.from('số liệu'), type: 'application/vnd.ms-excel' },
  ];
  const answer = await sender.rest.submit(letter({ to: TO, seal: true }), files, { prefer: 'wait=30' });
  expect(answer.status).toBe(202);
  document = answer.body as SentDocument;
});

afterAll(() => axis.stop());

const of = <T>(map: ReadonlyMap<string, T>, code: string): T => {
  const found = map.get(code);
  if (found === undefined) throw new Error(`nothing of ${code}`);
  return found;
};

it('takes a signed document, seals it for the agency, and breaks no earlier signature', async () => {
  expect(document.rejection).toBeNull();
  const pdf = await sender.dms.fetchFile(document.files[0] ?? fail());
  expect(sha256(pdf)).toBe(document.files[0]?.sha256);
  expect(pdf.subarray(0, signed.length).equals(signed)).toBe(true);
  const { validation } = await KeyRing.open(axis.ground.config);
  const report = await validatePdf(pdf, validation);
  expect(report.signatures.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED']);
  expect(document.signatures?.map(({ signer, indication }) => [signer, indication])).toEqual([
    ['Nguyễn Minh Đức', 'TOTAL-PASSED'],
    ['Văn phòng Chính phủ', 'TOTAL-PASSED'],
  ]);
});

it('delivers once to each agency, whatever codes it was named by', async () => {
  for (const code of RECEIVERS) {
    const { dms } = of(receivers, code);
    await eventually(async () => {
      const waiting = await dms.inbox(5);
      expect(waiting.map((item) => item.document.id)).toEqual([document.id]);
      items.set(code, waiting[0] ?? fail());
    });
  }
  const deliveries = await sender.dms.deliveries(document.id);
  expect(deliveries.map(({ agency, requestedAs, succession }) => [agency.code, requestedAs, succession])).toEqual([
    ['H17.05', ['H17.05'], []],
    ['G12', ['000.00.00.G12', 'G12'], []],
    ['G07', ['G14'], ['G14']],
  ]);
});

it('hands the files over as they were sealed, and takes each receiver through its steps', async () => {
  for (const code of RECEIVERS) {
    const { dms } = of(receivers, code);
    const { deliveryId, files } = of(items, code);
    expect(files.map(({ name }) => name)).toEqual(['công văn.pdf', 'phụ lục.xlsx']);
    for (const file of files) expect(sha256(await dms.fetchFile(file))).toBe(file.sha256);
    await dms.acknowledge(deliveryId, files[0]?.sha256 ?? '');
    expect(await dms.inbox(0)).toEqual([]);
    for (const step of STEPS[code]) await dms.report(deliveryId, step);
  }
  const deliveries = await sender.dms.deliveries(document.id);
  expect(deliveries.map(({ state }) => state)).toEqual(['completed', 'refused', 'arrived']);
});

it('proves every step with a receipt that verifies offline', async () => {
  const trust = Certificate.listFromPem(
    await readFile(join(axis.ground.config.keys.dir, 'evidence-trust.pem'), 'utf8'),
  );
  const told = ['ContentConsignment', 'ContentHandover'];
  const kinds: Record<string, string[]> = {
    'H17.05': [...told, 'StatusReport', 'ConsignmentAcceptance', 'StatusReport', 'StatusReport', 'StatusReport'],
    G12: [...told, 'StatusReport', 'ConsignmentRejection'],
    G07: [...told, 'StatusReport'],
  };
  await eventually(async () => {
    const receipts = await sender.dms.receipts(document.id);
    expect(receipts[0]).toMatchObject({ kind: 'SubmissionAcceptance', deliveryId: null });
    for (const code of RECEIVERS) {
      const { deliveryId } = of(items, code);
      expect(receipts.filter((one) => one.deliveryId === deliveryId).map(({ kind }) => kind)).toEqual(kinds[code]);
    }
  });
  const receipts = await sender.dms.receipts(document.id);
  expect(receipts).toHaveLength(15);
  const verdicts = receipts.map(({ jws }) => verifyReceipt(jws, trust));
  for (const verdict of verdicts) {
    expect(verdict).toMatchObject({ ok: true, evidence: { document: { id: document.id, from: 'G22' } } });
  }
  const refusal = verdicts.find((one) => one.ok && one.evidence.kind === 'ConsignmentRejection');
  expect(refusal).toMatchObject({
    evidence: { delivery: { agency: 'G12' }, status: { code: '02', reason: 'Không đúng thẩm quyền' } },
  });
});

it('keeps the PDF once for all three', async () => {
  const hash = [Buffer.from(document.files[0]?.sha256 ?? '', 'hex')];
  expect(await axis.ground.count('contents', 'sha256 = $1', hash)).toBe(1);
  expect(await axis.ground.count('deliveries')).toBe(3);
  // As it was sent, as it was sealed, and the attachment.
  expect(await axis.ground.count('contents')).toBe(3);
  expect(await axis.ground.count('content_chunks')).toBe(0);
  expect(await axis.ground.count('uploads')).toBe(0);
});

it('shows the sender all, receivers their own', async () => {
  const receipts = await sender.dms.receipts(document.id);
  for (const code of RECEIVERS) {
    const { dms, rest } = of(receivers, code);
    const { deliveryId } = of(items, code);
    expect((await dms.document(document.id)).id).toBe(document.id);
    expect((await dms.deliveries(document.id)).map(({ id }) => id)).toEqual([deliveryId]);
    const visible = receipts.filter((one) => one.deliveryId === null || one.deliveryId === deliveryId);
    expect((await dms.receipts(document.id)).map(({ id }) => id)).toEqual(visible.map(({ id }) => id));
    for (const other of RECEIVERS.filter((one) => one !== code)) {
      const foreign = `/v1/deliveries/${of(items, other).deliveryId}`;
      expect(await rest.get(foreign)).toMatchObject({ status: 404, body: { code: 'delivery.not_found' } });
      expect(await rest.post(`${foreign}/acknowledgement`, { result: 'done' })).toMatchObject({ status: 404 });
      expect(await rest.post(`${foreign}/statuses`, { code: '01' })).toMatchObject({ status: 404 });
    }
  }
});

it('does not exist for a stranger', async () => {
  const { rest } = stranger;
  const delivery = `/v1/deliveries/${of(items, 'G12').deliveryId}`;
  const own = `/v1/documents/${document.id}`;
  for (const path of [own, `${own}/deliveries`, `${own}/receipts`, `${own}/files/0`, `${own}/files/1`]) {
    expect(await rest.get(path)).toMatchObject({ status: 404, body: { code: 'document.not_found' } });
  }
  for (const path of [delivery, `${delivery}/statuses`, `${delivery}/receipts`]) {
    expect(await rest.get(path)).toMatchObject({ status: 404, body: { code: 'delivery.not_found' } });
  }
  // The sender sees a delivery, and speaks for its receiver no more than a stranger does.
  for (const { rest: other } of [stranger, sender]) {
    expect(await other.post(`${delivery}/acknowledgement`, { result: 'done' })).toMatchObject({ status: 404 });
    expect(await other.post(`${delivery}/statuses`, { code: '06' })).toMatchObject({
      // Its sender knows it, and may not say this of it.
      status: other === sender.rest ? 403 : 404,
    });
  }
  expect(await rest.get('/v1/inbox')).toMatchObject({ status: 200, body: { items: [] } });
  expect(await rest.get('/v1/documents')).toMatchObject({ status: 200, body: { items: [] } });
});

function fail(): never {
  throw new Error('something is missing');
}

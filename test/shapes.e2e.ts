import type { z } from 'zod';
import * as shapes from '../apps/gateway/src/shapes';
import { eventually } from '../libs/messaging/src/testing/kit';
import { letter, signedPdf } from './support/letter';
import { type Joined, TestAxis } from './support/test-axis';

jest.setTimeout(60_000);

let axis: TestAxis;
let sender: Joined;
let receiver: Joined;
let documentId: string;
let deliveryId: string;

beforeAll(async () => {
  axis = await TestAxis.start();
  sender = await axis.join('G22');
  receiver = await axis.join('H17.05');
  const bytes = await signedPdf(axis.ground.config.keys.dir);
  const description = letter({
    content: 'Nội dung',
    dueOn: '2030-01-31',
    pageCount: 1,
    signer: { fullName: 'Nguyễn Minh Đức', position: 'Phó Chủ nhiệm' },
    seal: true,
  });
  const sent = await sender.rest.submit(description, [{ name: 'a.pdf', bytes }], { prefer: 'wait=30' });
  check(shapes.DocumentShape, sent.body);
  documentId = (sent.body as { id: string }).id;
  await eventually(async () => {
    const [item] = await receiver.dms.inbox(5);
    deliveryId = item?.deliveryId ?? '';
    expect(deliveryId).not.toBe('');
  });
  check(shapes.InboxPage, await get(receiver, '/v1/inbox'));
  const staff = { name: 'Trần Thị Hồng Nhung', department: 'Văn thư', mobile: '090', email: 'nhung@agency.example' };
  for (const code of ['01', '02']) await receiver.dms.report(deliveryId, { code, reason: 'Sai thẩm quyền', staff });
});

afterAll(() => axis.stop());

/** What an answer is beyond or short of its shape is told by zod. */
function check(shape: { readonly schema: z.ZodType }, answer: unknown): void {
  expect(shape.schema.safeParse(answer).error?.issues).toBeUndefined();
}

async function get({ dms }: Joined, path: string): Promise<unknown> {
  return (await dms.call(path)).json();
}

it.each<[string, keyof typeof shapes, () => string]>([
  ['a document', 'DocumentShape', () => `/v1/documents/${documentId}`],
  ['the documents sent', 'DocumentPage', () => '/v1/documents'],
  ['deliveries', 'DeliveryPage', () => `/v1/documents/${documentId}/deliveries`],
  ['a delivery', 'DeliveryShape', () => `/v1/deliveries/${deliveryId}`],
  ['statuses', 'StatusPage', () => `/v1/deliveries/${deliveryId}/statuses`],
  ['receipts of a document', 'ReceiptPage', () => `/v1/documents/${documentId}/receipts`],
  ['receipts of a delivery', 'ReceiptPage', () => `/v1/deliveries/${deliveryId}/receipts`],
  ['agencies', 'AgencyPage', () => '/v1/agencies?limit=500'],
  ['an agency', 'AgencyShape', () => '/v1/agencies/G12.38'],
  ['what changed in the directory', 'AgencyChanges', () => '/v1/agencies/changes?limit=1000'],
])('%s: the answer has the shape that OpenAPI promises', async (_, shape, path) => {
  check(shapes[shape], await get(sender, path()));
});

it('describes itself: every answer of REST v1 has a shape, and no header is named twice', async () => {
  const api = (await (await fetch(`${axis.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { parameters?: { in: string; name: string }[]; responses: object }>>;
  };
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const { parameters = [], responses } of Object.values(methods)) {
      const headers = parameters.filter((one) => one.in === 'header').map(({ name }) => name.toLowerCase());
      expect(new Set(headers).size).toBe(headers.length);
      const silent = Object.keys(responses).join() === '204';
      if (path.startsWith('/v1') && !silent && !/\/files\/|\/export$/.test(path))
        expect(JSON.stringify(responses)).toContain('$ref');
    }
  }
});

import {
  type AgencyId,
  type AxisEvent,
  newAgencyId,
  newDeliveryId,
  newDocumentId,
  newStatusId,
  SUBSCRIPTION_DISABLED,
  TOLD_TYPES,
  type AgencyCode,
} from '@axis/edoc';
import { roads } from '@axis/messaging';
import { type DeliveryEntity, newDelivery, type ToldDocument } from '@axis/storage';
import { type Happening, toldOf } from './told';

const [sender, receiver, below] = [newAgencyId(), newAgencyId(), newAgencyId()];
const documentId = newDocumentId();
const deliveryId = newDeliveryId(documentId);
const occurredAt = new Date('2026-11-22T01:02:03.004Z');

const document: ToldDocument = {
  id: documentId,
  reference: 'G22,2026/11/22,1/VPCP-TH',
  subject: 'V/v rà soát văn bản',
  kind: 'cong-van',
  urgency: 1,
  fromAgencyId: sender,
  state: 'routed',
  rejection: null,
};
const deliveryAs = (differing: Partial<DeliveryEntity>) =>
  newDelivery(
    {
      documentId,
      id: deliveryId,
      agencyId: receiver,
      senderAgencyId: sender,
      requestedAs: ['H17.05'],
      succession: [],
      routedAt: occurredAt,
    },
    differing,
  );
const delivery = deliveryAs({ state: 'available' });
const names = new Map(
  Object.entries({ G22: sender, 'H17.05': receiver, 'H17.05.01': below }).map(
    ([code, id]): [AgencyId, { code: AgencyCode; name: string }] => [
      id,
      { code: code as AgencyCode, name: `Cơ quan ${code}` },
    ],
  ),
);

const told = (event: AxisEvent, more: Partial<Happening> = {}) =>
  toldOf({ id: '0199aaaa-0000-7000-8000-000000000000', occurredAt, event, document, names, ...more });
const rolesOf = (entries: ReturnType<typeof told>) => entries.map(({ agencyId, role }) => [agencyId, role]);

it('takes from the broker the events that somebody is told of, and no others', () => {
  expect([...roads['courier.events'].events, SUBSCRIPTION_DISABLED]).toEqual([...TOLD_TYPES]);
});

it('tells both sides of a delivery, each as whom it is', () => {
  const entries = told({ type: 'delivery.available', data: { documentId, deliveryId } }, { delivery });
  expect(rolesOf(entries)).toEqual([
    [sender, 'sender'],
    [receiver, 'receiver'],
  ]);
  expect(entries[1]).toEqual({
    agencyId: receiver,
    id: '0199aaaa-0000-7000-8000-000000000000',
    role: 'receiver',
    type: 'delivery.available',
    documentId,
    deliveryId,
    occurredAt,
    data: {
      agency: 'H17.05',
      documentId,
      deliveryId,
      reference: 'G22,2026/11/22,1/VPCP-TH',
      subject: 'V/v rà soát văn bản',
      kind: 'cong-van',
      urgency: 1,
      from: { code: 'G22', name: 'Cơ quan G22' },
      to: { code: 'H17.05', name: 'Cơ quan H17.05' },
      state: 'available',
      stateName: 'Chờ nhận',
      recall: 'none',
      href: { document: `/v1/documents/${documentId}`, delivery: `/v1/deliveries/${deliveryId}` },
    },
  });
});

it('tells the sender alone what was withdrawn before anybody read it, and what failed, with its problem', () => {
  const withdrawn = told(
    { type: 'delivery.withdrawn', data: { documentId, deliveryId, cause: 'recall' } },
    { delivery },
  );
  expect(rolesOf(withdrawn)).toEqual([[sender, 'sender']]);
  const problem = { code: 'delivery.expired', params: {} } as const;
  const failed = told(
    { type: 'delivery.failed', data: { documentId, deliveryId, code: 'delivery.expired' } },
    { delivery: deliveryAs({ state: 'failed', problem }) },
  );
  expect(rolesOf(failed)).toEqual([[sender, 'sender']]);
  expect(failed[0]?.data).toMatchObject({
    state: 'failed',
    problem: { code: 'delivery.expired', messages: { vi: 'Văn bản không được nhận trong thời hạn.' } },
  });
  expect(failed[0]?.data).not.toHaveProperty('code');
});

it('tells the one who forwarded it, and not the first sender, what becomes of what was forwarded', () => {
  const forwarded = deliveryAs({ agencyId: below, senderAgencyId: receiver });
  const entries = told({ type: 'delivery.available', data: { documentId, deliveryId } }, { delivery: forwarded });
  expect(rolesOf(entries)).toEqual([
    [receiver, 'sender'],
    [below, 'receiver'],
  ]);
  expect(entries[0]?.data).toMatchObject({
    from: { code: 'G22' },
    forwardedBy: { code: 'H17.05' },
    to: { code: 'H17.05.01' },
  });
});

it('tells a status with who said it and why', () => {
  const statusId = newStatusId();
  const staff = { name: 'Trần Thị Hồng Nhung', department: 'Văn thư' };
  const [entry] = told(
    { type: 'delivery.status', data: { documentId, deliveryId, statusId, code: '02' } },
    {
      delivery: deliveryAs({ state: 'refused' }),
      status: {
        documentId,
        id: statusId,
        deliveryId,
        systemId: sender,
        code: '02',
        effect: 'advanced',
        reason: 'Sai thẩm quyền',
        staff,
        occurredAt,
        receivedAt: occurredAt,
      },
    },
  );
  expect(entry?.data).toMatchObject({
    state: 'refused',
    status: { id: statusId, code: '02', name: 'Từ chối tiếp nhận', reason: 'Sai thẩm quyền', staff, occurredAt },
  });
});

it('tells the sender why its document was rejected', () => {
  const rejection = { code: 'signature.missing', params: { file: 'a.pdf' } } as const;
  const entries = told(
    { type: 'document.rejected', data: { documentId, code: 'signature.missing' } },
    { document: { ...document, state: 'rejected', rejection } },
  );
  expect(rolesOf(entries)).toEqual([[sender, 'sender']]);
  expect(entries[0]?.data).toMatchObject({
    state: 'rejected',
    problem: { code: 'signature.missing', messages: { vi: 'Tệp a.pdf chưa được ký số.' } },
    href: { document: `/v1/documents/${documentId}` },
  });
});

it('tells what a delivery was superseded by, and which time limit has passed', () => {
  const by = newDocumentId();
  const [superseded] = told(
    { type: 'delivery.superseded', data: { documentId, deliveryId, by, how: 'update' } },
    { delivery },
  );
  expect(superseded?.data).toMatchObject({ by, how: 'update' });
  const [overdue] = told({ type: 'delivery.overdue', data: { documentId, deliveryId, step: 'process' } }, { delivery });
  expect(overdue?.data).toMatchObject({ step: 'process' });
});

it('tells an agency that is on both sides once, and of steps within the axis nobody', () => {
  const own = deliveryAs({ senderAgencyId: receiver });
  const entries = told({ type: 'delivery.handed_over', data: { documentId, deliveryId } }, { delivery: own });
  expect(rolesOf(entries)).toEqual([[receiver, 'receiver']]);
  expect(told({ type: 'delivery.routed', data: { documentId } })).toEqual([]);
  expect(told({ type: 'document.submitted', data: { documentId } })).toEqual([]);
});

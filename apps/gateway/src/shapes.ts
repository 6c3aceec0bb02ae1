import {
  AMENDMENT_STATES,
  type AmendmentState,
  DELIVERY_STATES,
  type DeliveryState,
  RECALL_STATES,
  type RecallState,
  STATUS_CODES,
  type StatusCode,
} from '@axis/edoc';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { agency, agencyChanges, listedAgency } from './agencies/agency-shapes';
import { detailShapes } from './documents/detail-shapes';

/** The shapes of REST v1's answers, for its OpenAPI description; a test holds real answers to them. */

const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>) => Object.keys(table) as [Key, ...Key[]];

const id = z.uuid({ version: 'v7' });
const time = z.iso.datetime().describe('UTC');
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256, hexadecimal');
const day = z.iso.date();

const agencyName = z.strictObject({ code: z.string().nullable(), name: z.string().nullable() });

const problem = z.strictObject({
  code: z.string().describe('Stable'),
  category: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  messages: z.strictObject({ vi: z.string(), en: z.string() }),
});

const signature = z.strictObject({
  field: z.string(),
  signer: z.string().describe("Common name of the signer's certificate"),
  indication: z.enum(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE']).describe('ETSI EN 319 102-1'),
  subIndication: z.string().optional(),
  role: z
    .enum(['person', 'agency', 'unregistered'])
    .describe('As whom the directory knows the signer at the sending agency'),
  level: z.string().optional().describe('PAdES baseline level'),
  signedAt: time.optional(),
  timestamped: z.boolean(),
  coversWholeDocument: z.boolean(),
  laterChanges: z.enum(['none', 'allowed', 'forbidden']),
  certificate: sha256.optional(),
  reasons: z.array(z.strictObject({ code: z.string(), en: z.string(), vi: z.string() })),
});

const file = z.strictObject({
  position: z.int().describe('0 is the main PDF'),
  role: z.enum(['main', 'attachment']),
  name: z.string(),
  contentType: z.string(),
  size: z.int().describe('Bytes'),
  sha256: sha256.describe('Of the file as it is delivered'),
  submittedSha256: sha256.describe('Of the file as it was sent; another one once the axis has sealed it'),
  href: z.string(),
});

const summary = {
  id,
  reference: z.string().describe('OrganId,yyyy/MM/dd,Number/Notation'),
  from: agencyName,
  number: z.string(),
  notation: z.string(),
  kind: z.string(),
  subject: z.string(),
  promulgatedOn: day,
  urgency: z.int().min(0).max(4),
  business: z.enum(['new', 'update', 'replace']).describe('What it does to earlier documents; which, GET …/links says'),
  version: z.int().describe('1, and one more with each update'),
  originalId: id.nullable().describe('The first version, of an update'),
  state: z.enum(['submitted', 'verified', 'routed', 'rejected', 'withdrawn']),
  rejection: problem.nullable(),
  submittedAt: time,
};

const documentSummary = z.strictObject(summary);

const document = z.strictObject({
  ...summary,
  kindName: z.string(),
  ...detailShapes,
  addressees: z.array(z.string()),
  signatures: z.array(signature).nullable(),
  files: z.array(file),
  verifiedAt: time.nullable(),
  routedAt: time.nullable(),
  sendBy: time.describe('By when it was to be sent'),
  sentLate: z.boolean(),
  expiredAt: time.nullable().describe('When its content left the axis'),
});

const delivery = z.strictObject({
  id,
  documentId: id,
  agency: agencyName,
  sender: agencyName.describe('Who hears of it: the sender, or the agency that forwarded it'),
  forwardedFrom: id.nullable().describe('The delivery to the agency that forwarded it'),
  note: z.string().nullable().describe('What the forwarding agency says to it'),
  requestedAs: z.array(z.string()).describe('The codes by which the sender named it'),
  succession: z.array(z.string()).describe('The closed agencies that led to it'),
  state: z.enum(keysOf<DeliveryState>(DELIVERY_STATES)),
  stateName: z.string(),
  recall: z.enum(keysOf<RecallState>(RECALL_STATES)),
  amendment: z.enum(keysOf<AmendmentState>(AMENDMENT_STATES)).describe('Consent to an update'),
  supersededBy: id.nullable().describe('The document that updates or replaces it for this receiver'),
  reason: z.string().nullable(),
  problem: problem.nullable(),
  routedAt: time,
  availableAt: time.nullable(),
  fetchedAt: time.nullable().describe('When the receiver first read its content'),
  handedOverAt: time.nullable(),
  updatedAt: time,
  acknowledgeBy: time.nullable().describe('By when the receiver is to take it'),
  processBy: time.nullable().describe('By when it is to be completed, where the sender set a day'),
  overdue: z.array(z.enum(['acknowledge', 'process'])).describe('What it still owes though the time limit has passed'),
  registration: z
    .strictObject({ number: z.int(), year: z.int().describe('Vietnam time'), at: time })
    .nullable()
    .describe("Số đến: the receiver's number of it"),
});

const listedDelivery = delivery.extend({ document: documentSummary });

const registerLine = z.strictObject({
  number: z.int().describe('Số đến'),
  registeredAt: time,
  deliveryId: id,
  document: z.strictObject({
    id,
    reference: z.string(),
    from: agencyName,
    number: z.string(),
    notation: z.string(),
    kind: z.string(),
    kindName: z.string(),
    subject: z.string(),
    promulgatedOn: day,
  }),
});

const inboxItem = z.strictObject({
  deliveryId: id,
  agency: agencyName,
  sender: agencyName.describe('The sender, or the agency that forwarded it'),
  requestedAs: z.array(z.string()),
  succession: z.array(z.string()),
  note: z.string().nullable().describe('What the forwarding agency says to it'),
  recall: z.enum(keysOf<RecallState>(RECALL_STATES)).describe('`asked`: the sender wants it back'),
  amendment: z.enum(keysOf<AmendmentState>(AMENDMENT_STATES)).describe('`asked`: it updates what you had read'),
  availableAt: time.nullable(),
  acknowledgeBy: time.nullable(),
  processBy: time.nullable(),
  document: documentSummary,
  signatures: z.array(signature).nullable(),
  files: z.array(file),
});

const status = z.strictObject({
  id,
  deliveryId: id,
  code: z.enum(STATUS_CODES as [StatusCode, ...StatusCode[]]),
  name: z.string(),
  effect: z.enum(['advanced', 'late', 'repeated']),
  reason: z.string().nullable(),
  staff: z
    .strictObject({
      name: z.string(),
      department: z.string().optional(),
      mobile: z.string().optional(),
      email: z.string().optional(),
    })
    .nullable(),
  occurredAt: time,
  receivedAt: time,
});

const receipt = z.strictObject({
  id,
  documentId: id,
  deliveryId: id.nullable(),
  kind: z
    .string()
    .describe("The event's name in ETSI EN 319 522-1, or one of the axis's own for what comes after the handover"),
  occurredAt: time,
  jws: z.string().describe('Compact JWS over canonical JSON; carries its signer’s certificate'),
});

const link = z.strictObject({
  direction: z.enum(['names', 'named_by']).describe('It names the other document, or is named by it'),
  kind: z.enum(['answers', 'updates', 'replaces']),
  reference: z.string().describe('Of the other document, or the name its sender gave'),
  agencies: z.array(agencyName).nullable().describe('For whom it is replaced; null for all'),
  document: documentSummary.nullable().describe('Null where you are no party to it, or the axis does not know it'),
});

const recall = z.strictObject({
  withdrawn: z.array(id).describe('Versions that were still being checked, and will not be sent'),
  deliveries: z.array(delivery),
});

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page') });

export class DocumentShape extends createZodDto(document) {}
export class DocumentPage extends createZodDto(pageOf(documentSummary)) {}
export class DeliveryShape extends createZodDto(delivery) {}
export class ListedDeliveryPage extends createZodDto(pageOf(listedDelivery)) {}
export class RegisterPage extends createZodDto(pageOf(registerLine)) {}
export class DeliveryPage extends createZodDto(pageOf(delivery)) {}
export class InboxPage extends createZodDto(pageOf(inboxItem)) {}
export class LinkPage extends createZodDto(pageOf(link)) {}
export class RecallShape extends createZodDto(recall) {}
export class StatusShape extends createZodDto(status) {}
export class StatusPage extends createZodDto(pageOf(status)) {}
export class ReceiptPage extends createZodDto(pageOf(receipt)) {}
export class AgencyPage extends createZodDto(pageOf(listedAgency)) {}
export class AgencyShape extends createZodDto(agency) {}
export class AgencyChanges extends createZodDto(agencyChanges) {}

import { TOLD_TYPES, type ToldType } from '@axis/edoc';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export const toldType = z.enum(TOLD_TYPES as [ToldType, ...ToldType[]]);

/** A place in the feed, as clients write it. */
export const position = z.string().regex(/^\d{1,15}$/, 'must be a cursor of the feed');

const id = z.uuid({ version: 'v7' });
const time = z.iso.datetime().describe('UTC');
const agency = z.strictObject({ code: z.string().nullable(), name: z.string().nullable() });

const aboutDocument = z.strictObject({
  role: z.enum(['sender', 'receiver']).describe('As whom the agency is told'),
  agency: z.string().nullable().describe('Code of the agency that is told'),
  documentId: id,
  deliveryId: id.optional(),
  reference: z.string(),
  subject: z.string(),
  kind: z.string(),
  urgency: z.int(),
  from: agency,
  forwardedBy: agency.optional().describe('Who passed it on, where that is another than its sender'),
  to: agency.optional(),
  state: z.string().describe('Of the delivery, else of the document, when the event was recorded'),
  stateName: z.string().optional(),
  recall: z.string().optional(),
  by: id.optional().describe('The document that updates or replaces it'),
  how: z.enum(['update', 'replace']).optional(),
  cause: z
    .enum(['recall', 'removal', 'update', 'replace'])
    .optional()
    .describe('Why it was withdrawn before anybody read it'),
  step: z.enum(['acknowledge', 'process']).optional().describe('Whose time limit has passed'),
  status: z
    .strictObject({
      id,
      code: z.string(),
      name: z.string(),
      reason: z.string().nullable(),
      staff: z.looseObject({ name: z.string() }).nullable(),
      occurredAt: time,
    })
    .optional(),
  problem: z
    .strictObject({
      code: z.string(),
      category: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      messages: z.strictObject({ vi: z.string(), en: z.string() }),
    })
    .optional(),
  href: z.strictObject({ document: z.string(), delivery: z.string().optional() }),
});

const aboutSubscription = z.strictObject({
  role: z.literal('subscriber'),
  subscriptionId: id,
  kind: z.string(),
  reason: z.string(),
});

const event = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().describe('Of the event, as its receipt has it, and the role'),
  source: z.string(),
  type: toldType,
  subject: z.string().describe('The delivery or document it happened to'),
  time,
  datacontenttype: z.literal('application/json'),
  cursor: position.describe('Where to go on after it'),
  data: z.union([aboutDocument, aboutSubscription]),
});

export class EventPage extends createZodDto(
  z.strictObject({
    items: z.array(event),
    next: position.describe('Where to go on, now or later: also when nothing was there'),
  }),
) {}

export class KeySet extends createZodDto(
  z.strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: id,
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  }),
) {}

import { z } from 'zod';

const text = z.string().optional();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const organ = z.strictObject({
  organId: z.string(),
  organizationInCharge: text,
  organName: text,
  organAdd: text,
  email: text,
  telephone: text,
  fax: text,
  website: text,
});

const edxml = z.strictObject({
  documentId: z.string().describe('As the sender wrote it; receivers answer by it'),
  sha256: sha256.describe('SHA-256 of the message, hexadecimal'),
  size: z.int().describe('Bytes of the message'),
  warnings: z.array(z.string()).describe('Codes of what was let pass'),
  signature: z
    .strictObject({
      kind: z.enum(['absent', 'intact', 'weak', 'broken', 'unsupported']),
      detail: text,
      certificate: sha256.optional(),
    })
    .describe('What the XML signature of the message is worth'),
  from: organ,
  to: z.array(organ),
  skipped: z.array(z.string()).optional().describe('Addressees that the directory does not know, skipped by policy'),
  documentType: z.strictObject({ type: text, typeDetail: text }).optional(),
  responseFor: z.array(z.strictObject({ organId: text, code: text, promulgationDate: text, documentId: text })),
  trace: z.array(z.strictObject({ organId: text, timestamp: text })),
  files: z.array(
    z.strictObject({
      description: text,
      zip: z.strictObject({ sha256, size: z.int() }).optional().describe('The ZIP it came in'),
    }),
  ),
});

/** What a document says beyond its summary, as REST v1 shows it (`DocumentDetails`). */
export const detailShapes = {
  content: text,
  dueOn: z.iso.date().optional(),
  pageCount: z.int().optional(),
  signer: z.strictObject({ fullName: text, position: text, competence: text }).optional(),
  promulgationPlace: text,
  sphere: text,
  typerNotation: text,
  promulgationAmount: z.int().optional(),
  direction: text,
  appendixes: z.array(z.string()).optional(),
  steeringType: z.int().min(1).max(3).optional().describe('1 none, 2 steering, 3 steering report'),
  toPlaces: z.array(z.string()).optional(),
  staff: z.strictObject({ name: text, department: text, mobile: text, email: text }).optional(),
  paper: z.boolean().optional(),
  businessReason: text,
  edxml: edxml.optional().describe('The edXML message it came as'),
};

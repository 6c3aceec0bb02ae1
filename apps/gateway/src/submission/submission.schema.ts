import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { filledText, text } from '../text';
import { detailFields } from './details';

/** Largest description of a document: thousands of addressees fit. */
export const DESCRIPTION_BYTES = 4 * 1024 ** 2;

/** A document named by its id at the axis, its reference, or its sender's own id of it. */
const documentName = filledText(300);

const businessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('new') }),
  z.strictObject({
    type: z.literal('update'),
    document: documentName.describe('The document that this is a new version of'),
    add: z.array(filledText(64)).default([]).describe('Receivers beside those of the version before'),
    remove: z.array(filledText(64)).default([]).describe('Receivers who are to have it no more'),
  }),
  z.strictObject({
    type: z.literal('replace'),
    replaced: z
      .array(
        z.strictObject({
          document: documentName,
          agencies: z.array(filledText(64)).min(1).optional().describe('For whom it is replaced; all when absent'),
        }),
      )
      .min(1)
      .max(100),
  }),
]);

/** Lengths are those of QCVN 102:2016/BTTTT, so that what enters by any door can leave by any other. */
export const submissionSchema = z.strictObject({
  from: filledText(64).describe('Code of the sending agency, of any generation'),
  to: z
    .array(filledText(64))
    .describe('Codes of the addressees, of any generation; an update goes to the receivers of the version before too'),
  number: filledText(11).describe('Số, such as 7816'),
  notation: filledText(30).describe('Ký hiệu, such as VPCP-TTĐT'),
  kind: filledText(50).describe('Kind of document: its key, abbreviation or Vietnamese name (NĐ 30/2020/NĐ-CP Điều 7)'),
  subject: filledText(500).describe('Trích yếu'),
  promulgatedOn: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be yyyy-MM-dd')
    .describe('Day of signing, yyyy-MM-dd'),
  urgency: z.int().min(0).max(4).default(0).describe('0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hỏa tốc hẹn giờ'),
  secrecy: text(50).optional().describe('Any state-secret marking is refused (QĐ 28/2018/QĐ-TTg Điều 1.2)'),
  ...detailFields,
  documentId: filledText(300).optional().describe('Your own id of it, where that is not its reference'),
  respondsTo: z.array(documentName).max(50).optional().describe('The documents that this one answers'),
  business: businessSchema.default({ type: 'new' }).describe('What it does to earlier documents (BussinessDocType)'),
  seal: z.boolean().default(false).describe("Ask the axis to put the sending agency's seal on the main PDF"),
  files: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
          .optional(),
      }),
    )
    .optional()
    .describe('What the file parts will be, in their order, the main PDF first; checked when they arrive'),
});

export type Submission = z.infer<typeof submissionSchema>;

export class SubmissionDto extends createZodDto(submissionSchema) {}

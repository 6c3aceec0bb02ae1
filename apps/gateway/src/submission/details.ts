import type { DocumentDetails } from '@axis/storage';
import { z } from 'zod';
import { filledText, text } from '../text';

/**
 * What a sender may say of a document beyond what it is found and routed by: the same through every door, lengths as in QCVN 102.
 */
export const detailFields = {
  content: text(500).optional(),
  dueOn: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be yyyy-MM-dd')
    .optional(),
  signer: z
    .strictObject({
      fullName: filledText(100).optional(),
      position: text(100).optional(),
      competence: text(100).optional(),
    })
    .optional(),
  pageCount: z.int().positive().optional(),
  kindName: filledText(100)
    .optional()
    .describe('The kind as you call it, where that is not its name in NĐ 30/2020/NĐ-CP'),
  promulgationPlace: filledText(50).optional(),
  sphere: filledText(100).optional().describe('Lĩnh vực'),
  typerNotation: filledText(10).optional().describe('Ký hiệu người soạn thảo'),
  promulgationAmount: z.int().min(0).max(999_999_999).optional().describe('Số lượng bản phát hành'),
  direction: filledText(500).optional(),
  appendixes: z.array(filledText(500)).max(200).optional(),
  steeringType: z
    .union([z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe('1 none, 2 steering, 3 steering report'),
  toPlaces: z.array(filledText(150)).max(2000).optional().describe('Nơi nhận as printed on the document'),
  staff: z
    .strictObject({
      name: filledText(100).optional(),
      department: filledText(200).optional(),
      mobile: filledText(20).optional(),
      email: filledText(100).optional(),
    })
    .optional()
    .describe('Who at the sending agency is in charge of it'),
  paper: z.boolean().optional().describe('Is a copy on paper sent too?'),
  businessReason: text(500).optional().describe('Why it updates or replaces another'),
};

type Told = Partial<Record<keyof typeof detailFields, unknown>>;

/** The details among everything that was submitted. */
export function detailsOf(submission: Told & Omit<DocumentDetails, 'edxml'>): DocumentDetails {
  const names = Object.keys(detailFields) as (keyof typeof detailFields)[];
  return Object.fromEntries(
    names.flatMap((name) => (submission[name] === undefined ? [] : [[name, submission[name]]])),
  );
}

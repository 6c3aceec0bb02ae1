import { z } from 'zod';
import { filledText, text } from '../text';

/** Who at an agency acts (StaffInfo of QCVN 102). */
export const staffSchema = z.strictObject({
  name: filledText(100),
  department: text(200).optional(),
  mobile: text(20).optional(),
  email: text(100).optional(),
});

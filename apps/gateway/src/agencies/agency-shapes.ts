import { z } from 'zod';

/** The shapes of what REST v1 tells of agencies. */

const day = z.iso.date();
const time = z.iso.datetime().describe('UTC');

const agencyName = z.strictObject({ code: z.string(), name: z.string() });

const heldCode = z.strictObject({
  code: z.string(),
  generation: z.enum(['old', 'new', 'other']).describe('`old` QCVN 102:2016, `new` QĐ 20/2020'),
  since: day.nullable().describe('Null when unknown'),
  until: day.nullable().describe('Null while it has the code'),
  current: z.boolean().describe('The one it uses now'),
});

const contacts = {
  email: z.string().nullable(),
  phone: z.string().nullable(),
  fax: z.string().nullable(),
  address: z.string().nullable(),
  website: z.string().nullable(),
  inCharge: z.string().nullable().describe('The body in charge of it, where that is not its parent'),
};

const particulars = {
  id: z.int().describe('For ever the same'),
  code: z.string().describe('The code it uses now'),
  newCode: z.string().nullable().describe('Of QĐ 20/2020, if it has one'),
  oldCode: z.string().nullable().describe('Of QCVN 102:2016, if it has one'),
  codes: z.array(heldCode).describe('All it has or had: each of them reaches it'),
  name: z.string(),
  shortName: z.string().nullable(),
  branch: z.enum(['party', 'government', 'people_committee', 'people_council', 'other']),
  level: z.int().describe('1 is the top'),
  status: z.enum(['active', 'closed']),
  closedOn: day.nullable(),
  ...contacts,
  isAgency: z.boolean().describe('False for a connection centre, which receives no documents'),
  sample: z.boolean().describe('Made up'),
  version: z.int().describe("The directory's version that its last change made"),
  updatedAt: time,
};

export const listedAgency = z.strictObject({
  code: z.string(),
  name: z.string(),
  shortName: z.string().nullable(),
  level: z.int(),
  status: z.enum(['active', 'closed']),
  closedOn: day.nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  sample: z.boolean(),
});

export const agency = z.strictObject({
  ...particulars,
  parents: z.array(agencyName).describe('All above it, the top first'),
  children: z.int().describe('Active agencies directly below it'),
  successor: agencyName.nullable(),
  predecessors: z.array(agencyName).describe('Closed agencies whose work it took over'),
  systems: z
    .array(z.strictObject({ clientId: z.string(), name: z.string() }))
    .nullable()
    .describe('The document systems that act for it; null to who acts neither for it nor for one above it'),
  signers: z
    .array(z.strictObject({ subject: z.string().describe('RFC 4514'), role: z.enum(['person', 'agency']) }))
    .describe('Whose certificates sign for it'),
});

export const agencyChanges = z.strictObject({
  items: z.array(
    z.strictObject({
      ...particulars,
      deleted: z.boolean().describe('Closed: it receives nothing any more'),
      parent: z.string().nullable().describe('Code'),
      successor: z.string().nullable().describe('Code'),
    }),
  ),
  next: z.int().describe('The version to ask from next time'),
  more: z.boolean().describe('There is more already: ask again at once'),
});

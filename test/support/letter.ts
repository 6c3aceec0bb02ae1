import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vietnamDate } from '@axis/edoc';
import { signPdf } from '@axis/pades';
import { openPkcs12 } from '@axis/pki';
import { samplePdf } from '@axis/testing';

export type Description = Readonly<Record<string, unknown>>;

let numbers = 0;

/** A công văn of Văn phòng Chính phủ to one agency, under a number of its own. */
export function letter(differences: Description = {}): Description {
  return {
    from: 'G22',
    to: ['H17.05'],
    number: String(++numbers),
    notation: 'VPCP-TH',
    kind: 'cong-van',
    subject: 'V/v rà soát văn bản quy phạm pháp luật',
    promulgatedOn: vietnamDate(new Date()),
    ...differences,
  };
}

/** A small PDF signed by the sample directory's competent person; another one for each title. */
export async function signedPdf(keysDir: string, title = 'Sample', padding = 0): Promise<Buffer> {
  const key = openPkcs12(await readFile(join(keysDir, 'sample/G22.p12')), '');
  const pdf = samplePdf({ padding, objects: { 6: `<</Title (${title}) /Author (Axis)>>` } });
  return signPdf(pdf, { key, signingTime: new Date() });
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

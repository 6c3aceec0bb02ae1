import { Certificate, Crl, OcspResponse, PkiError, type RevocationMaterial } from '@axis/pki';

import { decodeStructure } from '../syntax/filters';
import { type PdfFile, PdfStream } from '../syntax';

/** A document security store holds a few lists and answers; one that unpacks to more is a trap. */
const MAX_STORE = 64 * 1024 * 1024;

export interface FileEvidence {
  readonly certificates: readonly Certificate[];
  readonly material: RevocationMaterial;
}

/** What the document security store offers (ISO 32000-2 §12.8.4.3). Entries that do not parse prove nothing and are left out. */
export function evidenceInFile(file: PdfFile): FileEvidence {
  const store = file.dict(file.catalog.get('DSS'));
  let left = MAX_STORE;
  const read = <T>(key: string, parse: (der: Buffer) => T): T[] =>
    (file.array(store?.get(key)) ?? []).flatMap((item) => {
      const stream = file.resolve(item);
      if (!(stream instanceof PdfStream)) return [];
      const der = decodeStructure(stream, left);
      left -= der.length;
      return parsed(der, parse);
    });
  return {
    certificates: read('Certs', (der) => Certificate.fromDer(der)),
    material: {
      crls: read('CRLs', (der) => Crl.fromDer(der)),
      ocspResponses: read('OCSPs', (der) => OcspResponse.fromDer(der)),
    },
  };
}

/** The value, or nothing when the bytes are not one. */
export function parsed<T>(der: Buffer, parse: (der: Buffer) => T): T[] {
  try {
    return [parse(der)];
  } catch (error) {
    if (error instanceof PkiError) return [];
    throw error;
  }
}

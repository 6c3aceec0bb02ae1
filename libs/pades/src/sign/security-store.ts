import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import type { Certificate, CertificateVerdict } from '@axis/pki';

import { type Increment, PdfDict, PdfName, PdfRef, PdfStream, type PdfValue } from '../syntax';
import { decodeStructure } from '../syntax/filters';

/** The largest list the store is expected to hold. */
const MAX_ITEM = 64 * 1024 * 1024;

/** What makes a signature checkable offline for good: every certificate, list and answer its paths rest on. */
export interface Evidence {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly { readonly der: Buffer }[];
  readonly ocspResponses: readonly { readonly der: Buffer }[];
}

/** The evidence of one signature, filed under its value. */
export interface SignatureEvidence extends Evidence {
  /** /Contents as the file holds it, padding included. */
  readonly contents: Buffer;
}

export function evidenceOf(contents: Buffer, paths: readonly CertificateVerdict[]): SignatureEvidence {
  const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
  return {
    contents,
    certificates: unique(paths.flatMap(({ path, evidence }) => [...path, ...evidence.certificates])),
    crls: unique(paths.flatMap(({ evidence }) => evidence.crls)),
    ocspResponses: unique(paths.flatMap(({ evidence }) => evidence.ocspResponses)),
  };
}

/**
 * Adds evidence to the document security store (ISO 32000-2 §12.8.4.3, ETSI EN 319 142-1 §5.4.2). What is there stays;
 * an item that is there already is not written twice.
 */
export function addToSecurityStore(increment: Increment, signatures: readonly SignatureEvidence[]): void {
  const { catalog, catalogRef } = increment.file;
  const entry = catalog.get('DSS');
  const store = increment.dict(entry) ?? new PdfDict();
  const shelves = {
    Certs: new Shelf(increment, store.get('Certs')),
    OCSPs: new Shelf(increment, store.get('OCSPs')),
    CRLs: new Shelf(increment, store.get('CRLs')),
  };
  const records: Record<string, PdfValue> = {};
  for (const { contents, certificates, crls, ocspResponses } of signatures) {
    const list = (refs: PdfRef[]): PdfRef[] | undefined => (refs.length > 0 ? refs : undefined);
    const record = PdfDict.of({
      Cert: list(certificates.map(({ der }) => shelves.Certs.put(der))),
      OCSP: list(ocspResponses.map(({ der }) => shelves.OCSPs.put(der))),
      CRL: list(crls.map(({ der }) => shelves.CRLs.put(der))),
    });
    records[createHash('sha1').update(contents).digest('hex').toUpperCase()] = record;
  }
  const known = increment.dict(store.get('VRI')) ?? new PdfDict();
  const next = store.with({
    Type: new PdfName('DSS'),
    VRI: known.with(records),
    Certs: shelves.Certs.list,
    OCSPs: shelves.OCSPs.list,
    CRLs: shelves.CRLs.list,
  });
  if (entry instanceof PdfRef) increment.set(entry, next);
  else increment.set(catalogRef, (increment.dict(catalogRef) ?? catalog).with({ DSS: increment.add(next) }));
}

/** One list of the store: what it held, and what is put there now. */
class Shelf {
  private readonly items: PdfValue[];
  private readonly known = new Map<string, PdfRef>();

  constructor(
    private readonly increment: Increment,
    entry: PdfValue | undefined,
  ) {
    this.items = [...(increment.array(entry) ?? [])];
    for (const item of this.items) {
      const stream = increment.resolve(item);
      if (!(item instanceof PdfRef) || !(stream instanceof PdfStream)) continue;
      this.known.set(keyOf(decodeStructure(stream, MAX_ITEM)), item);
    }
  }

  get list(): readonly PdfValue[] | undefined {
    return this.items.length > 0 ? this.items : undefined;
  }

  put(der: Buffer): PdfRef {
    const key = keyOf(der);
    const known = this.known.get(key);
    if (known) return known;
    const ref = this.increment.add(compressed(der));
    this.items.push(ref);
    this.known.set(key, ref);
    return ref;
  }
}

function keyOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}

function compressed(der: Buffer): PdfStream {
  return new PdfStream(PdfDict.of({ Filter: new PdfName('FlateDecode') }), deflateSync(der));
}

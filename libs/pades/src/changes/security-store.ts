import { isArray, PdfDict, type PdfFile, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../syntax';

const STORE_LISTS = ['Certs', 'OCSPs', 'CRLs'];
const RECORD_LISTS = ['Cert', 'OCSP', 'CRL'];
/** VRI records are filed under the SHA-1 of the signature's value, in hexadecimal (ISO 32000-2 §12.8.4.4). */
const RECORD_NAME = /^[0-9A-Fa-f]{40}$/;

/** Whether this is a document security store and nothing else (ISO 32000-2 §12.8.4.3): no other entry can hide in it. */
export function isSecurityStore(file: PdfFile, value: PdfValue): boolean {
  const store = file.dict(value);
  if (!store) return false;
  return [...store.entries].every(([key, entry]) => {
    if (key === 'Type') return entry instanceof PdfName && entry.value === 'DSS';
    if (key === 'VRI') return isRecords(file, entry);
    return STORE_LISTS.includes(key) && isStreamList(file, entry);
  });
}

function isRecords(file: PdfFile, value: PdfValue): boolean {
  const records = file.dict(value);
  return (
    records !== undefined &&
    [...records.entries].every(([name, entry]) => {
      if (name === 'Type') return entry instanceof PdfName;
      const record = file.dict(entry);
      return RECORD_NAME.test(name) && record !== undefined && isRecord(file, record);
    })
  );
}

function isRecord(file: PdfFile, record: PdfDict): boolean {
  return [...record.entries].every(([key, entry]) => {
    const value = file.resolve(entry);
    if (key === 'Type') return value instanceof PdfName;
    if (key === 'TU') return value instanceof PdfString;
    if (key === 'TS') return value instanceof PdfStream;
    return RECORD_LISTS.includes(key) && isStreamList(file, entry);
  });
}

function isStreamList(file: PdfFile, value: PdfValue): boolean {
  const list = file.resolve(value);
  return isArray(list) && list.every((item) => file.resolve(item) instanceof PdfStream);
}

/** The numbers of the dictionaries and arrays, not the streams, that make up a security store. */
export function containersOf(file: PdfFile, store: PdfValue | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (value: PdfValue): void => {
    const resolved = file.resolve(value) ?? null;
    if (resolved instanceof PdfStream || (value instanceof PdfRef && found.has(value.number))) return;
    if (value instanceof PdfRef) found.add(value.number);
    if (resolved instanceof PdfDict) for (const entry of resolved.entries.values()) visit(entry);
    else if (isArray(resolved)) for (const item of resolved) visit(item);
  };
  if (store !== undefined) visit(store);
  return found;
}

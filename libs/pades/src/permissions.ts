import { isArray, PdfDict, type PdfFile, PdfRef, PdfString, readText } from './syntax';

/** DocMDP (ISO 32000-2 §12.8.2.2): 1 no changes, 2 filling in forms and signing, 3 annotating as well. */
export type DocMdp = 1 | 2 | 3;

/** FieldMDP (§12.8.2.4), or the /Lock of a signature field: which fields may no longer change. */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

/** What a signature's dictionary allows after it. */
export interface Permissions {
  readonly docMdp?: DocMdp;
  readonly fieldLocks: readonly FieldLock[];
}

/** Reads /Reference. An unknown transform or a malformed level counts as the strictest. */
export function permissionsOf(file: PdfFile, signature: PdfDict): Permissions {
  const references = file.resolve(signature.get('Reference'));
  let docMdp: DocMdp | undefined;
  const fieldLocks: FieldLock[] = [];
  for (const item of isArray(references) ? references : []) {
    const reference = file.dict(item);
    const parameters = file.dict(reference?.get('TransformParams')) ?? new PdfDict();
    if (reference?.name('TransformMethod') === 'DocMDP') docMdp = docMdpLevel(file, parameters);
    if (reference?.name('TransformMethod') === 'FieldMDP') fieldLocks.push(fieldLock(file, parameters));
  }
  return { ...(docMdp && { docMdp }), fieldLocks };
}

/** /P is 2 when absent (ISO 32000-2 table 257). */
function docMdpLevel(file: PdfFile, parameters: PdfDict): DocMdp {
  const level = file.resolve(parameters.get('P')) ?? 2;
  return level === 2 || level === 3 ? level : 1;
}

export function fieldLock(file: PdfFile, parameters: PdfDict): FieldLock {
  const action = parameters.name('Action');
  const names = file.resolve(parameters.get('Fields'));
  const fields = (isArray(names) ? names : []).flatMap((name) => {
    const text = file.resolve(name);
    return text instanceof PdfString ? [readText(text)] : [];
  });
  return { action: action === 'Include' || action === 'Exclude' ? action : 'All', fields };
}

/** A name in the list stands for the field and everything below it. */
export function locks(lock: FieldLock, field: string): boolean {
  const listed = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
  return lock.action === 'All' || listed === (lock.action === 'Include');
}

/** The certification of the file: what /Perms names (ISO 32000-2 §12.8.6), read from its signature. */
export function certification(file: PdfFile): { readonly ref: PdfRef; readonly level: DocMdp } | undefined {
  const ref = file.dict(file.catalog.get('Perms'))?.get('DocMDP');
  const signature = file.dict(ref);
  if (!(ref instanceof PdfRef) || !signature) return undefined;
  return { ref, level: permissionsOf(file, signature).docMdp ?? 1 };
}

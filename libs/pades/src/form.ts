import { PadesError } from './errors';
import { isArray, PdfDict, type PdfFile, PdfRef, PdfString, readText, type PdfValue } from './syntax';

const MAX_FIELDS = 20_000;
const MAX_DEPTH = 32;

/** A terminal field of the AcroForm, with what it inherits from the fields above it (ISO 32000-2 §12.7.4). */
export interface FormField {
  /** Fully qualified: partial names joined by dots. */
  readonly name: string;
  readonly type: string | undefined;
  /** Undefined for a field written directly into /Fields, which cannot be updated or trusted. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  /** As written: a signature's value is a reference to its dictionary. */
  readonly value: PdfValue | undefined;
  /** The field itself when it is its own widget, else its kids. */
  readonly widgets: readonly PdfRef[];
}

/** Every terminal field that the AcroForm reaches; a tree with a circle, or endless, throws 'too-complex'. */
export function formFields(file: PdfFile): FormField[] {
  const form = file.dict(file.catalog.get('AcroForm'));
  const fields: FormField[] = [];
  const seen = new Set<number>();

  const visit = (node: PdfValue, parent: Inherited, depth: number): void => {
    if (depth > MAX_DEPTH || fields.length >= MAX_FIELDS)
      throw new PadesError('too-complex', 'too many or too deep form fields');
    const ref = node instanceof PdfRef ? node : undefined;
    if (ref) {
      if (seen.has(ref.number)) throw new PadesError('too-complex', `field ${ref.number} is reached twice`);
      seen.add(ref.number);
    }
    const dict = file.dict(node);
    if (!dict) return;
    const partial = file.resolve(dict.get('T'));
    const own: Inherited = {
      name: partial instanceof PdfString ? [parent.name, readText(partial)].filter(Boolean).join('.') : parent.name,
      type: dict.name('FT') ?? parent.type,
      value: dict.get('V') ?? parent.value,
    };
    const kids = file.array(dict.get('Kids')) ?? [];
    const childFields = kids.filter((kid) => file.dict(kid)?.get('T') !== undefined);
    if (childFields.length > 0) {
      for (const kid of childFields) visit(kid, own, depth + 1);
      return;
    }
    const widgets = kids.length > 0 ? kids.filter((kid) => kid instanceof PdfRef) : ref ? [ref] : [];
    fields.push({ ...own, ref, dict, widgets });
  };

  const roots = form && file.resolve(form.get('Fields'));
  if (isArray(roots)) for (const root of roots) visit(root, { name: '', type: undefined, value: undefined }, 0);
  return fields;
}

interface Inherited {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: PdfValue | undefined;
}

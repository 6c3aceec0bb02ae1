import { PadesError } from '../errors';
import { formFields, type FormField } from '../form';
import { type Increment, isArray, PdfDict, PdfName, PdfRef, textString, type PdfValue } from '../syntax';
import { findPage, type Page } from '../syntax/pages';

/** Print | Locked (ISO 32000-2 table 167): it prints, and a viewer does not offer to move it. */
const WIDGET_FLAGS = 4 | 128;

/** Where a widget lies and what it shows; without one the signature is invisible. */
export interface WidgetLook {
  readonly page: Page;
  /** Left, bottom, right, top, in the page's own coordinates. */
  readonly rect: readonly [number, number, number, number];
  readonly appearance: PdfRef;
}

/** The field a signature goes into: an existing one, still empty, or one that `placeSignature` makes. */
export interface TargetField {
  readonly name: string;
  readonly existing?: FormField & { readonly ref: PdfRef };
}

/** @throws PadesError 'field-not-usable' when the named field is signed already or is of another kind */
export function targetField(increment: Increment, wanted: string | undefined, prefix = 'Signature'): TargetField {
  const fields = formFields(increment.file);
  if (wanted === undefined) {
    const names = new Set(fields.map((field) => field.name));
    let number = 1;
    while (names.has(`${prefix}${number}`)) number++;
    return { name: `${prefix}${number}` };
  }
  const existing = fields.find((field) => field.name === wanted);
  if (!existing) return { name: wanted };
  if (existing.type !== 'Sig') throw new PadesError('field-not-usable', `field "${wanted}" is not a signature field`);
  if (existing.value !== undefined) throw new PadesError('field-not-usable', `field "${wanted}" is signed already`);
  const { ref } = existing;
  if (!ref || existing.widgets.length > 1)
    throw new PadesError('field-not-usable', `field "${wanted}" cannot be updated`);
  return { name: wanted, existing: { ...existing, ref } };
}

/** Makes `signature` the value of the field, adding field, widget and form where they are missing. */
export function placeSignature(increment: Increment, target: TargetField, signature: PdfRef, look?: WidgetLook): void {
  if (target.existing) {
    const { ref, dict, widgets } = target.existing;
    const appearance = look && { AP: PdfDict.of({ N: look.appearance }) };
    const [widget = ref] = widgets;
    if (widget.number === ref.number) {
      increment.set(ref, dict.with({ V: signature, ...appearance }));
    } else {
      increment.set(ref, dict.with({ V: signature }));
      if (appearance) increment.set(widget, (increment.dict(widget) ?? new PdfDict()).with(appearance));
    }
    setFormEntries(increment, undefined);
    return;
  }
  const page = look?.page ?? findPage(increment.file, 0);
  const field = increment.add(
    PdfDict.of({
      Type: new PdfName('Annot'),
      Subtype: new PdfName('Widget'),
      FT: new PdfName('Sig'),
      T: textString(target.name),
      V: signature,
      P: page.ref,
      Rect: look?.rect ?? [0, 0, 0, 0],
      F: WIDGET_FLAGS,
      AP: look && PdfDict.of({ N: look.appearance }),
    }),
  );
  addAnnotation(increment, page, field);
  setFormEntries(increment, field);
}

function addAnnotation(increment: Increment, page: Page, widget: PdfRef): void {
  const annotations = page.dict.get('Annots');
  const list = [...(increment.array(annotations) ?? []), widget];
  if (annotations instanceof PdfRef) increment.set(annotations, list);
  else increment.set(page.ref, page.dict.with({ Annots: list }));
}

/** Adds the field to the form, which says that the file is signed and must be saved incrementally (SigFlags 3). */
function setFormEntries(increment: Increment, field: PdfRef | undefined): void {
  const { catalog, catalogRef } = increment.file;
  const entry = catalog.get('AcroForm');
  const form = increment.dict(entry) ?? new PdfDict();
  const fields = form.get('Fields');
  const changes: Record<string, PdfValue> = {};
  if (form.get('SigFlags') !== 3) changes.SigFlags = 3;
  if (field) {
    const list = [...(isArray(increment.resolve(fields)) ? (increment.array(fields) ?? []) : []), field];
    if (fields instanceof PdfRef) increment.set(fields, list);
    else changes.Fields = list;
  }
  if (Object.keys(changes).length === 0) return;
  if (entry instanceof PdfRef) increment.set(entry, form.with(changes));
  else increment.set(catalogRef, (increment.dict(catalogRef) ?? catalog).with({ AcroForm: form.with(changes) }));
}

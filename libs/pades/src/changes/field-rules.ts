import { formFields, type FormField } from '../form';
import { locks } from '../permissions';
import { changedKeys, PdfDict, PdfRef, PdfString, type PdfValue, sameValue } from '../syntax';
import type { Reason } from '../validate/reasons';
import { reason } from '../validate/reasons';
import { shareOfPage } from './share-of-page';
import type { Comparison } from './comparison';

/** What a signer sets when it fills an empty signature field. /Rect is not among them: the place was given. */
const SIGNED_FIELD_KEYS = new Set(['V', 'AP', 'AS', 'F', 'MK', 'DA', 'M']);
const FILLED_FIELD_KEYS = new Set(['V', 'AP', 'AS', 'I', 'RV', 'M']);
/** What the field and widget of a new signature may hold; actions (/A, /AA) are not among them. */
const NEW_FIELD_KEYS = new Set('Type Subtype FT T TU TM Ff V P Rect F AP AS MK DA DR M NM Lock SV'.split(' '));

/**
 * A signer's image, a seal of real size and a stamp each fit into a quarter of an A4 page (NĐ 30/2020 Phụ lục I). A
 * signature that covers more may be there to replace what the page says.
 */
const LARGEST_SHARE = 0.25;

/** The form may gain fields of later signatures at its end, and fields may be filled in where that is permitted. */
export function judgeForm(comparison: Comparison): void {
  const { before, after } = comparison;
  const [oldEntry, newEntry] = [before.catalog.get('AcroForm'), after.catalog.get('AcroForm')];
  const [old, now] = [before.dict(oldEntry), after.dict(newEntry)];
  if (!old || !now) {
    comparison.refuse('later-form', 'AcroForm');
    return;
  }
  for (const key of changedKeys(old, now)) {
    if (key === 'Fields' || (key === 'SigFlags' && onlyRaises(old.get(key), now.get(key)))) continue;
    if (key !== 'DR') comparison.refuse('later-form', key);
  }
  comparison.explainEntry(oldEntry, newEntry);
  comparison.explainEntry(old.get('Fields'), now.get('Fields'));
  const owners = [before.catalogRef, oldEntry, old.get('DR')].flatMap((ref) =>
    ref instanceof PdfRef ? [ref.number] : [],
  );
  judgeResources(comparison, old.get('DR'), now.get('DR'), new Set(owners));
  const oldRoots = before.array(old.get('Fields')) ?? [];
  const newRoots = after.array(now.get('Fields')) ?? [];
  if (oldRoots.some((root, i) => !sameValue(root, newRoots[i]))) comparison.refuse('later-form', 'Fields');
  judgeFields(comparison, new Set(newRoots.flatMap((root) => (root instanceof PdfRef ? [root.number] : []))));
}

/** Signing software keeps what its looks use in the form's resources: names may be added, none replaced or taken away. */
function judgeResources(
  comparison: Comparison,
  old: PdfValue | undefined,
  now: PdfValue | undefined,
  owners: ReadonlySet<number>,
): void {
  const { before, after } = comparison;
  const [earlier, later] = [before.dict(old) ?? new PdfDict(), after.dict(now) ?? new PdfDict()];
  for (const kind of new Set([...earlier.entries.keys(), ...later.entries.keys()])) {
    const [had, has] = [before.resolve(earlier.get(kind)), after.resolve(later.get(kind))];
    const names = had instanceof PdfDict ? had : new PdfDict();
    const kept =
      has instanceof PdfDict
        ? [...names.entries].every(([name, value]) => sameValue(value, has.get(name)))
        : sameValue(had, has);
    if (!kept) {
      comparison.refuse('later-form', `DR ${kind}`);
      return;
    }
    comparison.explainOwnedEntry(earlier.get(kind), later.get(kind), owners);
    if (has instanceof PdfDict) comparison.explainNew(has);
  }
  comparison.explainOwnedEntry(old, now, owners);
}

function onlyRaises(old: unknown, now: unknown): boolean {
  const flags = old ?? 0;
  return typeof flags === 'number' && typeof now === 'number' && (flags & now) === flags;
}

function judgeFields(comparison: Comparison, roots: ReadonlySet<number>): void {
  const known = new Map<number, FormField>();
  for (const field of formFields(comparison.before)) if (field.ref) known.set(field.ref.number, field);
  const names = new Set<string>();
  for (const field of formFields(comparison.after)) {
    const { name, ref } = field;
    const earlier = ref && known.get(ref.number);
    const problem =
      !ref || names.has(name) || !(earlier || roots.has(ref.number))
        ? reason('later-field', name)
        : earlier
          ? existingField(comparison, earlier, name)
          : newField(comparison, field, ref);
    if (problem) comparison.refuseFor(problem);
    names.add(name);
  }
}

/** A field that was there may be signed if it was empty, or filled in if the certification and no lock forbids it. */
function existingField(comparison: Comparison, old: FormField, name: string): Reason | undefined {
  const { changed, permissions, after } = comparison;
  const touched = [...new Set([old.ref, ...old.widgets])].filter((ref) => ref && changed.has(ref.number));
  if (touched.length === 0) return undefined;
  const signing = old.type === 'Sig';
  if (signing && old.value !== undefined) return reason('signature-replaced', name);
  if (permissions.fieldLocks.some((lock) => locks(lock, name))) return reason('later-locked-field', name);
  const now = formFields(after).find((field) => field.ref?.number === old.ref?.number);
  const permitted = signing ? now && maySign(comparison, now) : permissions.docMdp === 2 || permissions.docMdp === 3;
  if (!permitted) return reason('later-not-permitted', name);
  for (const ref of touched) {
    const object = ref && changed.get(ref.number);
    if (!ref || !(object?.before instanceof PdfDict) || !(object.after instanceof PdfDict)) continue;
    const allowed = signing ? SIGNED_FIELD_KEYS : FILLED_FIELD_KEYS;
    if (changedKeys(object.before, object.after).some((key) => !allowed.has(key))) return reason('later-field', name);
    comparison.explain(ref);
    comparison.explainNew(object.after.get('V'));
    comparison.explainNew(object.after.get('AP'));
  }
  return undefined;
}

/** A new field must be signed: an empty one proves nothing, and what it shows nobody answers for. */
function newField(comparison: Comparison, field: FormField, ref: PdfRef): Reason | undefined {
  const { after, permissions } = comparison;
  const { dict, name } = field;
  const plain = [...dict.entries.keys()].every((key) => NEW_FIELD_KEYS.has(key)) && dict.get('T') instanceof PdfString;
  const signature = after.dict(field.value);
  if (!comparison.isNew(ref.number) || !plain || dict.name('FT') !== 'Sig' || !signature)
    return reason('later-field', name);
  if (!maySign(comparison, field)) return reason('later-not-permitted', name);
  const share = shareOfPage(after, dict);
  // In a certified document places for signatures are prepared beforehand; a new one is the sneaky signature attack.
  if (share > 0 && permissions.docMdp !== undefined) return reason('later-not-permitted', name);
  if (share > LARGEST_SHARE) return reason('later-large-appearance', name);
  comparison.newFields.add(ref.number);
  comparison.explainNew(ref);
  return undefined;
}

/** A document timestamp may follow even where no changes are allowed (ISO 32000-2 table 257), as it shows nothing. */
function maySign({ permissions, after }: Comparison, field: FormField): boolean {
  if (permissions.docMdp !== 1) return true;
  return after.dict(field.value)?.name('Type') === 'DocTimeStamp' && shareOfPage(after, field.dict) === 0;
}

import { formFields, type FormField } from '../form';
import { locks, type Permissions } from '../permissions';
import {
  changedKeys,
  isArray,
  PdfDict,
  type PdfFile,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
  sameValue,
} from '../syntax';
import { type Reason, type ReasonCode, reason } from '../validate/reasons';
import { appearanceIsSmall } from './appearance-size';
import type { ChangedObject } from './changed-objects';
import { isSecurityStore } from './security-store';

/** ISO 32000-2 §12.8.1: entries a signer sets when it fills an empty signature field. /Rect is not among them. */
const SIGNED_FIELD_KEYS = new Set(['V', 'AP', 'AS', 'F', 'MK', 'DA', 'M']);
const FILLED_FIELD_KEYS = new Set(['V', 'AP', 'AS', 'I', 'RV', 'M']);
const INFO_KEYS = new Set(['ModDate', 'Producer']);
/** What a widget of a new signature may hold; no actions (/A, /AA) among them. */
const NEW_FIELD_KEYS = new Set([
  ...[
    'Type',
    'Subtype',
    'FT',
    'T',
    'TU',
    'TM',
    'Ff',
    'V',
    'P',
    'Rect',
    'F',
    'AP',
    'AS',
    'MK',
    'DA',
    'DR',
    'M',
    'NM',
    'Lock',
    'SV',
  ],
]);
const DOCUMENT_TIMESTAMP = 'DocTimeStamp';

/** Ticks off, one by one, the changed objects that something permitted explains. */
export class Whitelist {
  private readonly reasons: Reason[] = [];
  private readonly explained = new Set<number>();
  private readonly newFields = new Set<number>();

  constructor(
    private readonly before: PdfFile,
    private readonly after: PdfFile,
    private readonly changed: ReadonlyMap<number, ChangedObject>,
    private readonly permissions: Permissions,
  ) {}

  /** Objects that did not exist when the document was signed. */
  get addedNumbers(): ReadonlySet<number> {
    return new Set([...this.changed.values()].filter(({ before }) => before === undefined).map(({ number }) => number));
  }

  /** Why the changes are forbidden; empty when all are permitted. */
  judge(): readonly Reason[] {
    this.trailer();
    this.catalog();
    this.fields();
    this.pages();
    for (const { number, after } of this.changed.values()) {
      if (this.explained.has(number)) continue;
      this.refuse(after === undefined ? 'later-removal' : 'later-object', `object ${number}`);
    }
    return this.reasons;
  }

  private refuse(code: ReasonCode, detail?: string): void {
    if (!this.reasons.some((known) => known.code === code)) this.reasons.push(reason(code, detail));
  }

  /** Marks an object that existed and may change in the way its caller has checked. */
  private explain(ref: PdfRef): void {
    this.explained.add(ref.number);
  }

  /**
   * Marks what an entry refers to, `old` before and `now` after. An entry that names another object than before may name
   * a new one, but not one that had a meaning of its own.
   */
  private explainEntry(old: PdfValue | undefined, now: PdfValue | undefined): void {
    if (!(now instanceof PdfRef)) return;
    if (sameValue(old, now) || this.changed.get(now.number)?.before === undefined) this.explain(now);
  }

  /** Marks everything new that a permitted new object brings with it; what existed before is not touched. */
  private explainNew(value: PdfValue | undefined): void {
    if (value instanceof PdfRef) {
      const object = this.changed.get(value.number);
      if (!object || object.before !== undefined || this.explained.has(value.number)) return;
      this.explained.add(value.number);
      this.explainNew(object.after);
    } else if (value instanceof PdfStream) {
      this.explainNew(value.dict);
    } else if (value instanceof PdfDict) {
      for (const entry of value.entries.values()) this.explainNew(entry);
    } else if (isArray(value)) {
      for (const item of value) this.explainNew(item);
    }
  }

  private trailer(): void {
    const [old, now] = [this.before.trailer, this.after.trailer];
    const permanent = (trailer: PdfDict): PdfValue | undefined => {
      const id = trailer.get('ID');
      return isArray(id) ? id[0] : undefined;
    };
    if (!sameValue(old.get('Root'), now.get('Root'))) this.refuse('later-catalog', 'Root');
    if (permanent(old) !== undefined && !sameValue(permanent(old), permanent(now)))
      this.refuse('later-structure', 'ID');
    this.info(old.get('Info'), now.get('Info'));
  }

  /** Software that saves a file writes down the date and its name. */
  private info(old: PdfValue | undefined, now: PdfValue | undefined): void {
    const [before, after] = [this.before.dict(old) ?? new PdfDict(), this.after.dict(now)];
    if (!after || (old !== undefined && !sameValue(old, now))) return;
    if (changedKeys(before, after).every((key) => INFO_KEYS.has(key))) this.explainEntry(old, now);
  }

  private catalog(): void {
    const [old, now] = [this.before.catalog, this.after.catalog];
    for (const key of changedKeys(old, now)) {
      const value = now.get(key);
      if (key === 'AcroForm') continue;
      if (key === 'Extensions') this.explainNew(value);
      else if (key !== 'DSS') this.refuse('later-catalog', key);
    }
    this.explain(this.after.catalogRef);
    this.securityStore(old.get('DSS'), now.get('DSS'));
  }

  private securityStore(old: PdfValue | undefined, now: PdfValue | undefined): void {
    if (now === undefined) {
      if (old !== undefined) this.refuse('later-removal', 'DSS');
      return;
    }
    const earlier = this.before.dict(old);
    if (!isSecurityStore(this.after, now) || (earlier && !isSecurityStore(this.before, old ?? null))) {
      this.refuse('later-catalog', 'DSS');
      return;
    }
    // Its own dictionaries and arrays may be written again; its streams hold what was proven and may not.
    const own = containersOf(this.before, old);
    this.explainNew(now);
    for (const number of containersOf(this.after, now)) {
      if (this.changed.get(number)?.before === undefined || own.has(number)) this.explain(new PdfRef(number));
      this.explainNew(this.changed.get(number)?.after);
    }
  }

  private fields(): void {
    const [oldEntry, nowEntry] = [this.before.catalog.get('AcroForm'), this.after.catalog.get('AcroForm')];
    const [old, now] = [this.before.dict(oldEntry), this.after.dict(nowEntry)];
    if (!old || !now) {
      this.refuse('later-form', 'AcroForm');
      return;
    }
    for (const key of changedKeys(old, now)) {
      if (key === 'SigFlags') this.signatureFlags(old, now);
      else if (key !== 'Fields') this.refuse('later-form', key);
    }
    this.explainEntry(oldEntry, nowEntry);
    const [oldRoots, nowRoots] = [
      this.before.array(old.get('Fields')) ?? [],
      this.after.array(now.get('Fields')) ?? [],
    ];
    if (oldRoots.some((root, i) => !sameValue(root, nowRoots[i]))) this.refuse('later-form', 'Fields');
    this.explainEntry(old.get('Fields'), now.get('Fields'));
    const names = new Set<string>();
    const known = new Map(formFields(this.before).flatMap((field) => (field.ref ? [[field.ref.number, field]] : [])));
    for (const field of formFields(this.after)) {
      if (names.has(field.name)) this.refuse('later-field', field.name);
      names.add(field.name);
      const earlier = field.ref && known.get(field.ref.number);
      if (earlier) this.existingField(earlier, field);
      else if (field.ref && nowRoots.some((root) => sameValue(root, field.ref))) this.newField(field, field.ref);
      else this.refuse('later-field', field.name);
    }
  }

  private signatureFlags(old: PdfDict, now: PdfDict): void {
    const [before, after] = [old.get('SigFlags') ?? 0, now.get('SigFlags')];
    if (typeof before !== 'number' || typeof after !== 'number' || (before & after) !== before)
      this.refuse('later-form', 'SigFlags');
  }

  private existingField(old: FormField, now: FormField): void {
    const touched = [now.ref, ...old.widgets].filter((ref) => ref && this.changed.has(ref.number));
    if (touched.length === 0) return;
    const signing = old.type === 'Sig';
    if (signing && old.value !== undefined) {
      this.refuse('signature-replaced', now.name);
      return;
    }
    if (this.permissions.fieldLocks.some((lock) => locks(lock, now.name))) {
      this.refuse('later-locked-field', now.name);
      return;
    }
    const { docMdp } = this.permissions;
    if (signing ? !this.maySign(now) : docMdp !== 2 && docMdp !== 3) {
      this.refuse('later-not-permitted', now.name);
      return;
    }
    const allowed = signing ? SIGNED_FIELD_KEYS : FILLED_FIELD_KEYS;
    for (const ref of touched) {
      const object = ref && this.changed.get(ref.number);
      if (!object || !(object.before instanceof PdfDict) || !(object.after instanceof PdfDict)) continue;
      if (changedKeys(object.before, object.after).some((key) => !allowed.has(key))) {
        this.refuse('later-field', now.name);
        return;
      }
      this.explain(ref);
      this.explainNew(object.after.get('V'));
      this.explainNew(object.after.get('AP'));
    }
  }

  private newField(field: FormField, ref: PdfRef): void {
    const { dict } = field;
    const isNew = this.changed.get(ref.number)?.before === undefined;
    const plain =
      [...dict.entries.keys()].every((key) => NEW_FIELD_KEYS.has(key)) && dict.get('T') instanceof PdfString;
    // An empty signature field proves nothing, and what it shows nobody has signed.
    if (!isNew || !plain || dict.name('FT') !== 'Sig' || this.after.dict(field.value) === undefined) {
      this.refuse('later-field', field.name);
      return;
    }
    if (!this.maySign(field)) {
      this.refuse('later-not-permitted', field.name);
      return;
    }
    if (dict.get('AP') !== undefined) {
      // In a certified document places for signatures are prepared beforehand; a new one is the sneaky signature attack.
      if (this.permissions.docMdp !== undefined) {
        this.refuse('later-not-permitted', field.name);
        return;
      }
      if (!appearanceIsSmall(this.after, dict)) {
        this.refuse('later-large-appearance', field.name);
        return;
      }
    }
    this.newFields.add(ref.number);
    this.explainNew(ref);
  }

  /** A document timestamp may follow even where no changes are allowed (ISO 32000-2 table 257); it shows nothing. */
  private maySign(field: FormField): boolean {
    if (this.permissions.docMdp !== 1) return true;
    return this.after.dict(field.value)?.name('Type') === DOCUMENT_TIMESTAMP && field.dict.get('AP') === undefined;
  }

  /** A page may change only in that it lists the widgets of new signatures after its own annotations. */
  private pages(): void {
    const pages = new Set<number>();
    for (const { number, before } of this.changed.values()) {
      if (before instanceof PdfDict && before.name('Type') === 'Page') pages.add(number);
    }
    for (const number of this.newFields) {
      const page = this.after.dict(new PdfRef(number))?.get('P');
      if (page instanceof PdfRef) pages.add(page.number);
    }
    for (const number of pages) this.page(new PdfRef(number));
  }

  private page(ref: PdfRef): void {
    const [old, now] = [this.before.dict(ref), this.after.dict(ref)];
    if (old?.name('Type') !== 'Page' || !now) {
      this.refuse('later-page', `object ${ref.number}`);
      return;
    }
    if (changedKeys(old, now).some((key) => key !== 'Annots')) {
      this.refuse('later-page', `object ${ref.number}`);
      return;
    }
    const [before, after] = [this.before.array(old.get('Annots')) ?? [], this.after.array(now.get('Annots')) ?? []];
    const kept = before.every((annotation, i) => sameValue(annotation, after[i]));
    const added = after.slice(before.length);
    if (!kept || !added.every((item) => item instanceof PdfRef && this.newFields.has(item.number))) {
      this.refuse('later-annotation', `object ${ref.number}`);
      return;
    }
    this.explain(ref);
    this.explainEntry(old.get('Annots'), now.get('Annots'));
  }
}

/** The numbers of the dictionaries and arrays that make up a security store. */
function containersOf(file: PdfFile, store: PdfValue | undefined): ReadonlySet<number> {
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

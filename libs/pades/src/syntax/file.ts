import { damaged, PadesError } from '../errors';
import { decodeStructure } from './filters';
import { readIndirect } from './indirect';
import { Parser } from './parser';
import { isArray, PdfDict, PdfRef, PdfStream, type PdfArray, type PdfValue } from './values';
import { offsetEntry, readXref, type XrefEntry, type XrefSection } from './xref';

/** No real file was saved this often; a chain that goes on is a trap. */
const MAX_SECTIONS = 1_000;
/** What all sections together may list; files of tens of thousands of pages stay below it. */
const MAX_ENTRIES = 1_000_000;
/** All cross-reference and object streams of a file together unpack to at most this many bytes. */
const MAX_STRUCTURE = 64 * 1024 * 1024;
/** A reference to a reference to … : none is needed, a few are harmless. */
const MAX_HOPS = 8;
/** Streams whose length is found through other streams. */
const MAX_OPENING = 32;

interface ObjectStream {
  readonly data: Buffer;
  readonly numbers: readonly number[];
  readonly offsets: readonly number[];
}

/** What the revisions of one file share, by the byte where it begins: it is read, and paid for, once. */
class Shared {
  readonly sections = new Map<number, XrefSection>();
  readonly objectStreams = new Map<number, ObjectStream>();
  unpackable = MAX_STRUCTURE;
}

/**
 * A PDF read strictly and lazily: the cross-reference is followed from the end of the file, and an object is parsed when
 * it is asked for, so the cost does not grow with the number of pages. Nothing is ever repaired: whatever two viewers
 * could understand differently throws a PadesError ('not-a-pdf', 'damaged', 'too-complex', 'encrypted').
 */
export class PdfFile {
  /** Newest first; the newest is the one `startxref` names. */
  readonly sections: readonly XrefSection[];
  /** The byte after `%%EOF` and its line end. */
  readonly end: number;
  readonly trailer: PdfDict;
  private readonly objects = new Map<number, PdfValue>();
  private readonly opening = new Set<number>();

  private constructor(
    readonly bytes: Buffer,
    private readonly shared: Shared,
  ) {
    if (bytes.toString('latin1', 0, 5) !== '%PDF-')
      throw new PadesError('not-a-pdf', 'the file does not begin with %PDF-');
    const { startXref, end } = readTail(bytes);
    this.end = end;
    this.sections = this.readChain(startXref);
    const newest = this.sections[0];
    if (newest === undefined) throw damaged('no cross-reference');
    this.trailer = newest.trailer;
    if (this.sections.some((section) => section.trailer.get('Encrypt') !== undefined)) {
      throw new PadesError('encrypted', 'the file is encrypted');
    }
  }

  static open(bytes: Buffer): PdfFile {
    return new PdfFile(bytes, new Shared());
  }

  /** The file as it was when `end` was its length. */
  revision(end: number): PdfFile {
    return new PdfFile(this.bytes.subarray(0, end), this.shared);
  }

  /** Follows /XRefStm and /Prev (ISO 32000-2 §7.5.8.4): a hybrid section's stream comes right after its table. */
  private readChain(startXref: number): XrefSection[] {
    const sections: XrefSection[] = [];
    const seen = new Set<number>();
    let entries = 0;
    const read = (offset: number): XrefSection => {
      if (seen.has(offset)) throw damaged('a cross-reference that leads back to itself', offset);
      const section = this.section(offset);
      entries += section.count;
      if (seen.size >= MAX_SECTIONS || entries > MAX_ENTRIES)
        throw new PadesError('too-complex', 'too many revisions or objects');
      seen.add(offset);
      sections.push(section);
      return section;
    };
    for (let next: number | undefined = startXref; next !== undefined;) {
      const section = read(next);
      const hybrid = section.form === 'table' ? offsetEntry(section.trailer, 'XRefStm') : undefined;
      if (hybrid !== undefined && read(hybrid).form !== 'stream')
        throw damaged('/XRefStm that names no stream', hybrid);
      next = offsetEntry(section.trailer, 'Prev');
    }
    return sections;
  }

  private section(offset: number): XrefSection {
    const known = this.shared.sections.get(offset);
    if (known && known.end <= this.bytes.length) return known;
    const section = readXref(this.bytes, offset, this.shared.unpackable);
    this.shared.unpackable -= section.unpacked;
    this.shared.sections.set(offset, section);
    return section;
  }

  /** One more than the highest object number. */
  get size(): number {
    const size = this.trailer.get('Size');
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) throw damaged('a trailer without /Size');
    return size;
  }

  get catalogRef(): PdfRef {
    const root = this.trailer.get('Root');
    if (!(root instanceof PdfRef)) throw damaged('a trailer without /Root');
    return root;
  }

  get catalog(): PdfDict {
    const catalog = this.resolve(this.catalogRef);
    if (!(catalog instanceof PdfDict) || catalog.name('Type') !== 'Catalog') throw damaged('/Root that is no catalog');
    return catalog;
  }

  entry(number: number): XrefEntry | undefined {
    for (const [i, section] of this.sections.entries()) {
      const entry = section.lookup(number);
      if (entry === undefined) continue;
      // A hybrid table lists as free what its own stream, next in line, may place (ISO 32000-2 §7.5.8.4).
      if (entry.kind === 'free' && section.trailer.get('XRefStm') !== undefined && section.form === 'table') {
        return this.sections[i + 1]?.lookup(number) ?? entry;
      }
      return entry;
    }
    return undefined;
  }

  /** The object behind a reference; one that is free or was never written is null (ISO 32000-2 §7.3.10). */
  object(ref: PdfRef): PdfValue {
    const known = this.objects.get(ref.number);
    const entry = this.entry(ref.number);
    if (entry === undefined || entry.kind === 'free') return null;
    if ((entry.kind === 'plain' ? entry.generation : 0) !== ref.generation) return null;
    if (known !== undefined) return known;
    if (ref.number >= this.size) throw damaged(`object ${ref.number} is beyond /Size`);
    if (this.opening.has(ref.number)) throw damaged(`object ${ref.number} needs itself to be read`);
    if (this.opening.size >= MAX_OPENING)
      throw new PadesError('too-complex', 'objects that need one another to be read');
    this.opening.add(ref.number);
    try {
      const value = entry.kind === 'plain' ? this.readPlain(ref, entry.offset) : this.readPacked(ref, entry);
      this.objects.set(ref.number, value);
      return value;
    } finally {
      this.opening.delete(ref.number);
    }
  }

  /** Follows references until something else comes. */
  resolve(value: PdfValue | undefined): PdfValue | undefined {
    let current = value;
    for (let hop = 0; current instanceof PdfRef; hop++) {
      if (hop > MAX_HOPS) throw damaged('references that lead on and on');
      current = this.object(current);
    }
    return current ?? undefined;
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const resolved = this.resolve(value);
    return resolved instanceof PdfDict ? resolved : undefined;
  }

  array(value: PdfValue | undefined): PdfArray | undefined {
    const resolved = this.resolve(value);
    return isArray(resolved) ? resolved : undefined;
  }

  /** Where every object lives that the file lists, free ones left out: for what must look at all of them. */
  allEntries(): Map<number, Exclude<XrefEntry, { kind: 'free' }>> {
    const newest = new Map<number, XrefEntry>();
    for (const section of this.sections) {
      for (const number of section.numbers())
        if (!newest.has(number)) newest.set(number, this.entry(number) ?? { kind: 'free' });
    }
    const used = new Map<number, Exclude<XrefEntry, { kind: 'free' }>>();
    for (const [number, entry] of newest) if (entry.kind !== 'free') used.set(number, entry);
    return used;
  }

  /** The decoded data of every object stream: where objects may lie that the file's own bytes do not show. */
  objectStreamData(): Buffer[] {
    if (this.sections.every((section) => section.form === 'table')) return [];
    const numbers = new Set<number>();
    for (const entry of this.allEntries().values()) if (entry.kind === 'packed') numbers.add(entry.stream);
    return [...numbers].map((number) => this.objectStream(number).data);
  }

  private readPlain(ref: PdfRef, offset: number): PdfValue {
    const object = readIndirect(this.bytes, offset, (length) => this.object(length));
    if (object.number !== ref.number || object.generation !== ref.generation) {
      throw damaged(`object ${ref.number} expected`, offset);
    }
    return object.value;
  }

  private readPacked(ref: PdfRef, entry: { readonly stream: number; readonly index: number }): PdfValue {
    const container = this.objectStream(entry.stream);
    const offset = container.offsets[entry.index];
    if (offset === undefined || container.numbers[entry.index] !== ref.number) {
      throw damaged(`object ${ref.number} is not where its object stream should have it`);
    }
    return new Parser(container.data, offset).value();
  }

  /** ISO 32000-2 §7.5.7: /N pairs of number and offset, then the objects from /First on. */
  private objectStream(number: number): ObjectStream {
    const entry = this.entry(number);
    if (entry?.kind !== 'plain') throw damaged(`object stream ${number} is missing`);
    const known = this.shared.objectStreams.get(entry.offset);
    if (known) return known;
    const stream = this.object(new PdfRef(number));
    if (!(stream instanceof PdfStream) || stream.dict.name('Type') !== 'ObjStm')
      throw damaged(`object ${number} is no object stream`);
    const [count, first] = [stream.dict.get('N'), stream.dict.get('First')];
    const data = decodeStructure(stream, this.shared.unpackable);
    this.shared.unpackable -= data.length;
    if (typeof count !== 'number' || typeof first !== 'number' || count > data.length || first > data.length) {
      throw damaged(`object stream ${number} has a broken head`);
    }
    const parser = new Parser(data);
    const [numbers, offsets]: [number[], number[]] = [[], []];
    for (let i = 0; i < count; i++) {
      parser.skipWhite();
      numbers.push(parser.integer('an object number'));
      parser.skipWhite();
      offsets.push(first + parser.integer('an offset'));
    }
    const container = { data, numbers, offsets };
    this.shared.objectStreams.set(entry.offset, container);
    return container;
  }
}

/** `startxref`, an offset, `%%EOF`, and nothing but white-space after it (ISO 32000-2 §7.5.5). */
function readTail(bytes: Buffer): { startXref: number; end: number } {
  const at = bytes.lastIndexOf('startxref');
  if (at < 0) throw damaged('the end of the file is missing');
  const parser = new Parser(bytes, at);
  parser.expect('startxref');
  parser.skipWhite();
  const startXref = parser.integer('an offset');
  while (isWhite(bytes[parser.position])) parser.position++;
  if (bytes.toString('latin1', parser.position, parser.position + 5) !== '%%EOF')
    throw damaged('%%EOF expected', parser.position);
  let end = parser.position + 5;
  for (let i = end; i < bytes.length; i++)
    if (!isWhite(bytes[i])) throw damaged('something follows the end of the file', i);
  if (bytes[end] === 13) end++;
  if (bytes[end] === 10) end++;
  return { startXref, end };
}

function isWhite(code: number | undefined): boolean {
  return code === 0 || code === 9 || code === 10 || code === 12 || code === 13 || code === 32;
}

import { createHash } from 'node:crypto';

import type { PdfFile } from './file';
import { isArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from './values';
import { writeStream, writeValue } from './writer';

interface Written {
  readonly number: number;
  readonly generation: number;
  /** From the start of the whole file. */
  readonly offset: number;
}

/**
 * An incremental update (ISO 32000-2 §7.5.6): objects added to or changed in a file whose every byte stays as it is.
 * The cross-reference takes the form the file already uses, because a table after a stream (and the other way round) is
 * not allowed; after a hybrid section a plain table is enough, as nothing new is hidden from old readers.
 */
export class Increment {
  private readonly bodies = new Map<number, { readonly generation: number; readonly body: string | Buffer }>();
  private readonly changed = new Map<number, PdfValue>();
  private next: number;

  constructor(readonly file: PdfFile) {
    this.next = file.size;
  }

  /** Takes the next free number, for an object that others must name before it is known. */
  reserve(): PdfRef {
    return new PdfRef(this.next++);
  }

  add(value: PdfValue): PdfRef {
    const ref = this.reserve();
    this.set(ref, value);
    return ref;
  }

  set(ref: PdfRef, value: PdfValue): void {
    this.changed.set(ref.number, value);
    this.setBody(ref, value instanceof PdfStream ? writeStream(value) : writeValue(value));
  }

  /** An object already in PDF syntax. */
  setBody(ref: PdfRef, body: string | Buffer): void {
    this.bodies.set(ref.number, { generation: ref.generation, body });
  }

  /** As the file will be once this update is written. */
  resolve(value: PdfValue | undefined): PdfValue | undefined {
    return value instanceof PdfRef && this.changed.has(value.number)
      ? this.changed.get(value.number)
      : this.file.resolve(value);
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const resolved = this.resolve(value);
    return resolved instanceof PdfDict ? resolved : undefined;
  }

  array(value: PdfValue | undefined): readonly PdfValue[] | undefined {
    const resolved = this.resolve(value);
    return isArray(resolved) ? resolved : undefined;
  }

  /** The bytes that follow the file's own, and where in the whole file each object begins. */
  write(): { readonly bytes: Buffer; readonly offsets: ReadonlyMap<number, number> } {
    const base = this.file.bytes.length;
    const last = this.file.bytes[base - 1];
    const parts: Buffer[] = last === 10 || last === 13 ? [] : [Buffer.from('\n')];
    let offset = base + (parts.length > 0 ? 1 : 0);
    const written: Written[] = [];
    for (const [number, { generation, body }] of this.bodies) {
      const text = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
      const part = Buffer.concat([Buffer.from(`${number} ${generation} obj\n`), text, Buffer.from('\nendobj\n')]);
      written.push({ number, generation, offset });
      parts.push(part);
      offset += part.length;
    }
    const id = createHash('sha256');
    for (const part of parts) id.update(part);
    const trailer = this.trailer(id.digest().subarray(0, 16));
    parts.push(
      this.file.sections[0]?.form === 'stream'
        ? xrefStream(written, this.next, offset, trailer)
        : xrefTable(written, trailer),
    );
    parts.push(Buffer.from(`startxref\n${offset}\n%%EOF\n`));
    return { bytes: Buffer.concat(parts), offsets: new Map(written.map((w) => [w.number, w.offset])) };
  }

  private trailer(id: Buffer): PdfDict {
    const { trailer, sections } = this.file;
    const old = trailer.get('ID');
    const permanent = isArray(old) && old[0] instanceof PdfString ? old[0].bytes : id;
    return PdfDict.of({
      Size: this.next,
      Root: trailer.get('Root'),
      Info: trailer.get('Info'),
      ID: [new PdfString(permanent, true), new PdfString(id, true)],
      Prev: sections[0]?.offset,
    });
  }
}

function runsOf(written: readonly Written[]): Written[][] {
  const runs: Written[][] = [];
  for (const object of [...written].sort((a, b) => a.number - b.number)) {
    const run = runs.at(-1);
    if (run?.at(-1)?.number === object.number - 1) run.push(object);
    else runs.push([object]);
  }
  return runs;
}

function xrefTable(written: readonly Written[], trailer: PdfDict): Buffer {
  const lines = ['xref', '0 1', '0000000000 65535 f '];
  for (const run of runsOf(written)) {
    lines.push(`${run[0]?.number ?? 0} ${run.length}`);
    for (const { offset, generation } of run) {
      lines.push(`${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n `);
    }
  }
  lines.push('trailer', writeValue(trailer), '');
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** The stream lists itself too, and is left uncompressed: it has a handful of entries. */
function xrefStream(written: readonly Written[], number: number, offset: number, trailer: PdfDict): Buffer {
  const runs = runsOf([...written, { number, generation: 0, offset }]);
  const data = Buffer.alloc(9 * (written.length + 1));
  let at = 0;
  for (const object of runs.flat()) {
    data[at] = 1;
    data.writeUIntBE(object.offset, at + 1, 6);
    data.writeUInt16BE(object.generation, at + 7);
    at += 9;
  }
  const dict = trailer.with({
    Type: new PdfName('XRef'),
    Size: number + 1,
    W: [1, 6, 2],
    Index: runs.flatMap((run) => [run[0]?.number ?? 0, run.length]),
  });
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n`),
    writeStream(new PdfStream(dict, data)),
    Buffer.from('\nendobj\n'),
  ]);
}

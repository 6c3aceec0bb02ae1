import { deflateSync } from 'node:zlib';

/** Objects by number, each in PDF syntax without `obj` and `endobj`. */
export type RawObjects = Readonly<Record<number, string | Buffer>>;

export type XrefForm = 'table' | 'stream' | 'hybrid';

interface Placed {
  readonly number: number;
  readonly offset: number;
}

/** A stream object in PDF syntax. */
export function rawStream(dictionary: string, data: string | Buffer): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  return Buffer.concat([
    Buffer.from(`<<${dictionary} /Length ${bytes.length}>>\nstream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream', 'latin1'),
  ]);
}

/** A whole file with these objects; `trailer` holds at least /Root. Byte for byte the same each time. */
export function writeRawPdf(objects: RawObjects, trailer: string, form: XrefForm = 'table'): Buffer {
  const head = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1');
  const size = Math.max(...Object.keys(objects).map(Number)) + 1;
  if (form === 'table') return finish([head], objects, [], trailer, size, 'table');
  // Everything that may go into an object stream does, as modern producers do; in a hybrid file only the fonts.
  const packed = Object.keys(objects)
    .map(Number)
    .filter(
      (number) => typeof objects[number] === 'string' && (form === 'stream' || objects[number].includes('/Font ')),
    );
  return finish([head], objects, packed, trailer, size, form);
}

/** What a later save adds: objects written, freed, or said to be at another byte. */
export interface RawRevision {
  readonly objects?: RawObjects;
  readonly free?: readonly number[];
  readonly at?: Readonly<Record<number, number>>;
  /** More entries of the trailer, or others in place of /Root, /Size and /ID. */
  readonly trailer?: string;
  readonly form?: 'table' | 'stream';
  /** Bytes put before the cross-reference that it does not list. */
  readonly unlisted?: string;
  readonly prev?: number;
  /** In place of what the objects need. */
  readonly size?: number;
}

/** Appends an incremental update, however wrong: the attacks of the literature are written with it. */
export function appendRawRevision(pdf: Buffer, revision: RawRevision): Buffer {
  const text = pdf.toString('latin1');
  const prev = revision.prev ?? Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
  const { objects = {}, free = [], at = {} } = revision;
  const highest = Math.max(...[...text.matchAll(/\/Size (\d+)/g)].map((match) => Number(match[1])), 0);
  const size = revision.size ?? Math.max(highest, ...Object.keys(objects).map((number) => Number(number) + 1));
  const kept = ['Root', 'Info', 'ID']
    .map((key) => lastEntry(text, key))
    .filter((entry, i) => !revision.trailer?.includes(['/Root', '/Info', '/ID'][i] ?? '') && entry);
  const parts = [pdf, Buffer.from(`\n${revision.unlisted ?? ''}`, 'latin1')];
  const trailer = `${kept.join(' ')} /Prev ${prev} ${revision.trailer ?? ''}`;
  return finish(parts, objects, [], trailer, size, revision.form ?? 'table', free, at);
}

function lastEntry(text: string, key: string): string {
  const matches = [...text.matchAll(new RegExp(`/${key} ?(\\d+ \\d+ R|\\[[^\\]]*\\])`, 'g'))];
  const value = matches.at(-1)?.[1];
  return value ? `/${key} ${value}` : '';
}

function finish(
  head: readonly Buffer[],
  objects: RawObjects,
  packed: readonly number[],
  trailer: string,
  size: number,
  form: XrefForm,
  free: readonly number[] = [],
  at: Readonly<Record<number, number>> = {},
): Buffer {
  const parts = [...head];
  let offset = parts.reduce((sum, part) => sum + part.length, 0);
  const placed: Placed[] = Object.entries(at).map(([number, where]) => ({ number: Number(number), offset: where }));
  const write = (number: number, body: string | Buffer): void => {
    const part = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      Buffer.from(body as string, 'latin1'),
      Buffer.from('\nendobj\n'),
    ]);
    placed.push({ number, offset });
    parts.push(part);
    offset += part.length;
  };
  for (const [number, body] of Object.entries(objects))
    if (!packed.includes(Number(number))) write(Number(number), body);
  let next = size;
  const container = packed.length > 0 ? next++ : undefined;
  if (container !== undefined) write(container, objectStream(packed, objects));
  const numberOfXref = next;
  if (form === 'table') {
    parts.push(table(placed, free, `/Size ${size} ${trailer}`), tail(offset));
    return Buffer.concat(parts);
  }
  const own = { number: numberOfXref, offset };
  const entries = form === 'stream' ? [...placed, own] : [own];
  const stream = xrefStream(entries, packed, container ?? 0, free, `/Size ${numberOfXref + 1} ${trailer}`);
  const section = Buffer.concat([Buffer.from(`${numberOfXref} 0 obj\n`), stream, Buffer.from('\nendobj\n')]);
  if (form === 'stream') return Buffer.concat([...parts, section, tail(offset)]);
  // As office software writes it: a table that hides what is packed, then an empty table that names the stream.
  const hiding = Buffer.concat([section, table(placed, [...free, ...packed], `/Size ${numberOfXref + 1} ${trailer}`)]);
  const hidingAt = offset + section.length;
  const naming = Buffer.from(
    `xref\n0 0\ntrailer\n<</Size ${numberOfXref + 1} ${trailer} /Prev ${hidingAt} /XRefStm ${offset}>>\n`,
  );
  const first = Buffer.concat([...parts, hiding, tail(hidingAt)]);
  return Buffer.concat([first, naming, tail(first.length)]);
}

function tail(startXref: number): Buffer {
  return Buffer.from(`startxref\n${startXref}\n%%EOF\n`);
}

function objectStream(numbers: readonly number[], objects: RawObjects): Buffer {
  let body = '';
  const head: string[] = [];
  for (const number of numbers) {
    head.push(`${number} ${body.length}`);
    body += `${String(objects[number])}\n`;
  }
  const first = `${head.join(' ')}\n`;
  const data = deflateSync(Buffer.from(first + body, 'latin1'));
  return rawStream(`/Type /ObjStm /N ${numbers.length} /First ${first.length} /Filter /FlateDecode`, data);
}

function table(placed: readonly Placed[], free: readonly number[], trailer: string): Buffer {
  const lines = ['xref', '0 1', '0000000000 65535 f '];
  for (const { number, offset } of placed) lines.push(`${number} 1`, `${String(offset).padStart(10, '0')} 00000 n `);
  for (const number of free) lines.push(`${number} 1`, '0000000000 00001 f ');
  return Buffer.from(`${lines.join('\n')}\ntrailer\n<<${trailer}>>\n`, 'latin1');
}

/** With a PNG predictor, as most producers write it. */
function xrefStream(
  placed: readonly Placed[],
  packed: readonly number[],
  container: number,
  free: readonly number[],
  trailer: string,
): Buffer {
  const rows = new Map<number, readonly [number, number, number]>();
  for (const { number, offset } of placed) rows.set(number, [1, offset, 0]);
  for (const [index, number] of packed.entries()) rows.set(number, [2, container, index]);
  for (const number of free) rows.set(number, [0, 0, 1]);
  const numbers = [...rows.keys()].sort((a, b) => a - b);
  const data = Buffer.alloc(numbers.length * 8);
  let previous = Buffer.alloc(7);
  for (const [i, number] of numbers.entries()) {
    const [type, second, third] = rows.get(number) ?? [0, 0, 0];
    const row = Buffer.alloc(7);
    row[0] = type;
    row.writeUInt32BE(second, 1);
    row.writeUInt16BE(third, 5);
    data[i * 8] = 2;
    for (let k = 0; k < 7; k++) data[i * 8 + 1 + k] = (row[k] ?? 0) - (previous[k] ?? 0);
    previous = row;
  }
  const index = numbers.map((number) => `${number} 1`).join(' ');
  const dictionary = `/Type /XRef /W [1 4 2] /Index [${index}] /Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 7>> ${trailer}`;
  return rawStream(dictionary, deflateSync(data));
}

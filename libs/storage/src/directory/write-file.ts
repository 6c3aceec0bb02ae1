import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DIRECTORY_COLUMNS, type DirectoryEntry, directoryRowOf } from '@axis/edoc';

/** A directory file that is read again: a table (RFC 4180), an array of objects, or an object a line. */
export type DirectoryForm = 'csv' | 'json' | 'ndjson';

/** Characters that travel together. */
const GATHERED = 64 * 1024;

/** The entries as the text of a directory file, piece by piece. */
export async function* directoryText(
  entries: AsyncIterable<DirectoryEntry>,
  form: DirectoryForm,
): AsyncGenerator<string> {
  let text = form === 'csv' ? csvLine(DIRECTORY_COLUMNS) : '';
  let separator = form === 'json' ? '[\n' : '';
  for await (const entry of entries) {
    const row = directoryRowOf(entry);
    if (form === 'csv') text += csvLine(DIRECTORY_COLUMNS.map((column) => row[column]));
    else text += separator + JSON.stringify(row) + (form === 'json' ? '' : '\n');
    if (form === 'json') separator = ',\n';
    if (text.length < GATHERED) continue;
    yield text;
    text = '';
  }
  if (form === 'json') text += separator === '[\n' ? '[]\n' : '\n]\n';
  yield text;
}

/** By the name's extension: `.csv`, `.ndjson` or `.jsonl`, else JSON, as `readDirectoryFile` reads it. */
export async function writeDirectoryFile(path: string, entries: AsyncIterable<DirectoryEntry>): Promise<void> {
  await pipeline(directoryText(entries, formOf(path)), createWriteStream(path));
}

function formOf(path: string): DirectoryForm {
  switch (extname(path).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.ndjson':
    case '.jsonl':
      return 'ndjson';
    default:
      return 'json';
  }
}

const csvLine = (values: readonly string[]): string => `${values.map(csvValue).join(',')}\r\n`;

/** RFC 4180 §2. */
const csvValue = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

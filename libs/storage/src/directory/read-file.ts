import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline } from 'node:stream';
import { type DirectoryFinding, type DirectoryRow, faultsOfColumns, refusal } from '@axis/edoc';
import { CsvError, parse } from 'csv-parse';
import { jsonObjects, JsonSyntaxError } from './json-objects';

/** A row read, or one that could not be. */
export type ReadRow =
  | { readonly kind: 'read'; readonly row: DirectoryRow }
  | { readonly kind: 'faulty'; readonly findings: readonly DirectoryFinding[] };

/**
 * The rows of a directory file, `.csv` (RFC 4180, UTF-8, comma, a header line) or `.json` (an array of objects, or
 * objects line by line), as they are read.
 * @throws Refusal `directory.file_invalid` when the file as a whole cannot be read; a faulty row is told and passed over.
 */
export async function* readDirectoryFile(path: string): AsyncGenerator<ReadRow> {
  try {
    yield* extname(path).toLowerCase() === '.csv' ? readCsv(path) : readJson(path);
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(Number(error['lines'] ?? 0), error.message);
    if (error instanceof JsonSyntaxError) throw unreadable(error.line, error.detail);
    throw error;
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function* readCsv(path: string): AsyncGenerator<ReadRow> {
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 65_536 };
  // pipeline ends the parser with the file's error; the loop below then throws it.
  const records: AsyncIterable<CsvRecord> = pipeline(createReadStream(path), parse(options), () => undefined);
  let columns: readonly string[] | undefined;
  for await (const { record, info } of records) {
    const line = info.lines;
    if (!columns) {
      columns = record.map((column) => column.trim());
      const [fault] = faultsOfColumns(columns, line);
      if (fault) throw unreadable(fault.line, fault.reason);
    } else if (record.length !== columns.length) {
      const reason = `${record.length} values for ${columns.length} columns`;
      yield { kind: 'faulty', findings: [{ line, fault: 'column_missing', reason }] };
    } else {
      yield {
        kind: 'read',
        row: { line, values: Object.fromEntries(columns.map((name, n) => [name, record[n] ?? ''])) },
      };
    }
  }
  if (!columns) throw unreadable(1, 'the file is empty');
}

async function* readJson(path: string): AsyncGenerator<ReadRow> {
  for await (const { line, text } of jsonObjects(createReadStream(path, 'utf8'))) {
    const parsed = parseObject(text, line);
    const columnFaults = faultsOfColumns(Object.keys(parsed), line);
    const valueFaults = Object.entries(parsed)
      .filter(([, value]) => typeof value === 'object' && value !== null)
      .map(([column]) => ({ line, fault: 'value_invalid' as const, reason: `${column} is no plain value` }));
    const findings = [...columnFaults, ...valueFaults];
    yield findings.length > 0
      ? { kind: 'faulty', findings }
      : {
          kind: 'read',
          row: { line, values: Object.fromEntries(Object.entries(parsed).map(([k, v]) => [k, asText(v)])) },
        };
  }
}

function parseObject(text: string, line: number): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new JsonSyntaxError(line, error instanceof Error ? error.message : String(error));
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function unreadable(line: number, detail: string): Error {
  return refusal('directory.file_invalid', { line, detail });
}

import type { EdxmlFinding, FindingCode } from './findings';
import { readEdxml, type ReadOptions } from './read';

/** A finding as `edxml check --json` prints it; the message begins with the column. */
export interface CheckFinding {
  readonly code: FindingCode;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** What `edxml check --json` prints for one file. */
export interface EdxmlCheck {
  readonly file: string;
  readonly kind: 'document' | 'status' | null;
  /** May it be accepted? */
  readonly ok: boolean;
  readonly errors: readonly CheckFinding[];
  readonly warnings: readonly CheckFinding[];
  readonly documentId: string | null;
  readonly from: string | null;
  readonly to: readonly string[];
  /** BussinessDocType; null for a status. */
  readonly businessType: number | null;
  readonly statusCode: string | null;
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string;
    /** Bytes. */
    readonly size: number;
    /** Hex. */
    readonly sha256: string;
    /** The ZIP it came in, or null. */
    readonly unwrappedFrom: { readonly contentType: string; readonly size: number; readonly sha256: string } | null;
  }[];
}

/** Reads a message without keeping anything of it, and says what it is and whether it may be accepted. */
export async function checkEdxml(
  file: string,
  source: AsyncIterable<Uint8Array>,
  options: Pick<ReadOptions, 'now' | 'maxUnwrapped'> = {},
): Promise<EdxmlCheck> {
  const { errors, warnings, outline, attachments } = await readEdxml(source, options);
  return {
    file,
    kind: outline.kind,
    ok: errors.length === 0,
    errors: errors.map(printed),
    warnings: warnings.map(printed),
    documentId: outline.documentId,
    from: outline.from,
    to: outline.to,
    businessType: outline.businessType,
    statusCode: outline.statusCode,
    attachments: attachments.map(({ name, contentType, size, sha256, unwrappedFrom }) => ({
      name,
      contentType,
      size,
      sha256,
      unwrappedFrom: unwrappedFrom ?? null,
    })),
  };
}

function printed({ code, path, line, column, message }: EdxmlFinding): CheckFinding {
  return { code, path, line, message: `column ${column}: ${message}` };
}

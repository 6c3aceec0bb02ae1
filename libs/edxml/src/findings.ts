import type { XmlFaultCode } from './xml/fault';
import type { XmlElement } from './xml/tree';

/** Something found in a message. `path` names the element by local names, `/edXML/…/To[2]/OrganId`. */
export interface EdxmlFinding {
  readonly code: FindingCode;
  readonly path: string;
  /** From 1; where the element, or the fault itself, begins. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Why a message is not accepted. Stable. */
export const ERROR_CODES = [
  'root.unknown',
  'element.missing',
  'value.missing',
  'value.invalid',
  'addressees.missing',
  'document_id.missing',
  'date.invalid',
  'date.ambiguous',
  'date.in_future',
  'document.state_secret',
  'business_type.unknown',
  'update.document_missing',
  'replacement.missing',
  'status.unknown',
  'status.reason_required',
  'status.response_for_missing',
  'attachment.corrupted',
  'attachment.empty',
  'attachment.missing',
  'attachment.too_large',
] as const;

/** What the wild sends and does no harm: accepted, but said. Stable. */
export const WARNING_CODES = [
  'root.unusual',
  'namespace.unusual',
  'element.unknown',
  'element.repeated',
  'value.too_long',
  'value.unusual',
  'organ_id.empty',
  'organ_name.missing',
  'addressee.repeated',
  'document_id.unusual',
  'document_id.impossible_date',
  'document_id.date_differs',
  'document_id.organ_differs',
  'date.form',
  'date.impossible',
  'status.older_than_document',
  'recall.response_unrelated',
  'replacement.repeated',
  'content_id.no_cid',
  'content_id.missing',
  'attachment.not_in_manifest',
  'attachment.name_missing',
  'attachment.unwrapped',
  'attachment.type_differs',
  'signature.missing',
  'signature.broken',
  'signature.weak',
  'signature.partial',
  'signature.unsupported',
] as const;

export type ErrorCode = XmlFaultCode | (typeof ERROR_CODES)[number];
export type WarningCode = (typeof WARNING_CODES)[number];
export type FindingCode = ErrorCode | WarningCode;

/** A message with more is not worth more words. */
const MOST_FINDINGS = 200;

/** Gathers what is found in one message. */
export class Findings {
  readonly errors: EdxmlFinding[] = [];
  readonly warnings: EdxmlFinding[] = [];

  error(code: ErrorCode, element: XmlElement, message: string): void {
    if (this.errors.length < MOST_FINDINGS) this.errors.push(finding(code, element, message));
  }

  warn(code: WarningCode, element: XmlElement, message: string): void {
    if (this.warnings.length < MOST_FINDINGS) this.warnings.push(finding(code, element, message));
  }
}

function finding(code: FindingCode, element: XmlElement, message: string): EdxmlFinding {
  return { code, path: element.path, ...element.at, message };
}

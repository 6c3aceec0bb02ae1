/** Line and column count from 1; a column is one UTF-16 unit. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Why a text is no XML this project reads. Each ends the reading at once. */
export type XmlFaultCode =
  | 'encoding.unsupported'
  | 'encoding.invalid'
  | 'xml.before_prolog'
  | 'xml.malformed'
  | 'xml.unfinished'
  | 'xml.doctype'
  | 'xml.entity'
  | 'xml.unbound_prefix'
  | 'xml.too_deep'
  | 'xml.too_many_attributes'
  | 'xml.too_many_elements'
  | 'xml.too_long';

export class XmlFault extends Error {
  constructor(
    readonly code: XmlFaultCode,
    readonly detail: string,
    readonly at: Position,
  ) {
    super(`${code} at line ${at.line}, column ${at.column}: ${detail}`);
  }
}

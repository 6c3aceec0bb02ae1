import type { Position } from './fault';

/** Prefix to namespace; the prefix of the default namespace is empty. */
export type Scope = ReadonlyMap<string, string>;

export interface Attribute {
  /** As written, with its prefix. */
  readonly name: string;
  readonly value: string;
}

export interface StartTag {
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  /** Namespace declarations included. */
  readonly attributes: readonly Attribute[];
  /** The namespaces inside the element. */
  readonly scope: Scope;
  readonly at: Position;
}

export interface XmlEvents {
  startTag(tag: StartTag): void;
  /** Text as meant, CDATA included. One text may come in several pieces. */
  text(text: string): void;
  endTag(name: string): void;
  instruction(target: string, data: string): void;
}

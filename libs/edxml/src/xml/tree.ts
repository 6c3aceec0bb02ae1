import type { Attribute, StartTag } from './events';
import type { Position } from './fault';

/** An element held in memory: everything of a message but its attachments' content. */
export class XmlElement {
  readonly children: XmlElement[] = [];
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly Attribute[];
  readonly at: Position;
  private readonly pieces: string[] = [];

  constructor(
    tag: StartTag,
    readonly parent: XmlElement | undefined,
  ) {
    this.local = tag.local;
    this.uri = tag.uri;
    this.attributes = tag.attributes;
    this.at = tag.at;
    parent?.children.push(this);
  }

  /** @returns how many characters are now held: white space between elements is not. */
  addText(text: string): number {
    if (this.pieces.length === 0 && /^\s*$/.test(text)) return 0;
    this.pieces.push(text);
    return text.length;
  }

  /** Half a text says something else than the whole. */
  dropText(): void {
    this.pieces.length = 0;
  }

  /** The element's own text, without the white space around it, in NFC. */
  get text(): string {
    return this.pieces.join('').trim().normalize('NFC');
  }

  /** Children by local name, whatever their prefix, namespace and order. */
  all(local: string): XmlElement[] {
    return this.children.filter((child) => child.local === local);
  }

  first(local: string): XmlElement | undefined {
    return this.children.find((child) => child.local === local);
  }

  /** Follows one child name after another. */
  descend(...path: readonly string[]): XmlElement | undefined {
    return path.reduce<XmlElement | undefined>((element, local) => element?.first(local), this);
  }

  attribute(local: string): string | undefined {
    return this.attributes.find(({ name }) => name === local || name.endsWith(`:${local}`))?.value;
  }

  /** `/edXML/edXMLEnvelope/…/To[2]`: local names, numbered from 1 where several of a name stand together. */
  get path(): string {
    const siblings = this.parent?.all(this.local) ?? [this];
    const number = siblings.length > 1 ? `[${siblings.indexOf(this) + 1}]` : '';
    return `${this.parent?.path ?? ''}/${this.local}${number}`;
  }
}

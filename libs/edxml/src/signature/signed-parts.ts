import { createHash, type Hash } from 'node:crypto';
import { type CanonicalMethod, CanonicalWriter } from '../xml/canonical';
import type { StartTag, XmlEvents } from '../xml/events';
import { type DigestName, XMLDSIG } from './algorithms';

/** What a signature's reference asks for: `uri` is empty for the whole message, `#id` for an element. */
export interface PartDigest {
  readonly uri: string;
  readonly method: CanonicalMethod;
  readonly digest: DigestName;
}

const METHODS: readonly CanonicalMethod[] = ['inclusive', 'exclusive'];
const DIGEST_NAMES: readonly DigestName[] = ['sha1', 'sha256', 'sha384', 'sha512'];
const MOST_IDS = 8;

interface Part {
  readonly uri: string;
  readonly method: CanonicalMethod;
  readonly writer: CanonicalWriter;
  readonly hashes: Map<DigestName, Hash>;
  /** How deep its element lies; 0 for the whole message. */
  readonly depth: number;
}

/**
 * Digests what a signature may cover while the message streams by. Which digests are needed is known only when the
 * signature has come, which stands in the header: until then all are kept, over a header's few kilobytes; afterwards
 * only those it names, over the attachments. The first signature itself is left out (enveloped-signature transform) and
 * its SignedInfo kept in canonical form.
 */
export class SignedParts implements XmlEvents {
  private readonly parts: Part[] = [];
  private readonly closed: Part[] = [];
  private readonly signedInfo = new Map<CanonicalMethod, string>();
  private signedInfoWriters: CanonicalWriter[] = [];
  private depth = 0;
  /** Where the signature lies while inside it. */
  private signatureDepth: number | undefined;
  private signedInfoDepth: number | undefined;
  private signatureSeen = false;
  private ids = 0;

  constructor() {
    this.follow('', 0);
  }

  /** From now on only these are wanted. */
  keep(wanted: readonly PartDigest[]): void {
    for (const list of [this.parts, this.closed])
      for (let index = list.length - 1; index >= 0; index--) {
        const part = list[index];
        if (!part) continue;
        for (const digest of part.hashes.keys())
          if (!wanted.some((w) => w.uri === part.uri && w.method === part.method && w.digest === digest))
            part.hashes.delete(digest);
        if (part.hashes.size === 0) list.splice(index, 1);
      }
    this.ids = MOST_IDS;
  }

  /**
   * Base64, as a DigestValue is written; undefined when the reference names nothing in the message, or two elements: an
   * id that stands twice would let one be read and the other be signed.
   */
  digestOf({ uri, method, digest }: PartDigest): string | undefined {
    const named = [...this.closed, ...this.parts].filter((part) => part.uri === uri && part.method === method);
    return named.length === 1 ? named[0]?.hashes.get(digest)?.copy().digest('base64') : undefined;
  }

  canonicalSignedInfo(method: CanonicalMethod): string | undefined {
    return this.signedInfo.get(method);
  }

  startTag(tag: StartTag): void {
    this.depth++;
    if (this.signatureDepth !== undefined) {
      if (this.signedInfoDepth === undefined && tag.local === 'SignedInfo' && tag.uri === XMLDSIG)
        this.followSignedInfo();
      for (const writer of this.signedInfoWriters) writer.startTag(tag);
      return;
    }
    if (!this.signatureSeen && tag.local === 'Signature' && tag.uri === XMLDSIG) {
      this.signatureSeen = true;
      this.signatureDepth = this.depth;
      return;
    }
    const id = tag.attributes.find(({ name }) => /^id$/i.test(name))?.value;
    if (id !== undefined && this.ids++ < MOST_IDS) this.follow(`#${id}`, this.depth);
    for (const { writer } of this.parts) writer.startTag(tag);
  }

  text(text: string): void {
    const writers = this.signatureDepth === undefined ? this.parts.map(({ writer }) => writer) : this.signedInfoWriters;
    for (const writer of writers) writer.text(text);
  }

  endTag(name: string): void {
    const depth = this.depth--;
    if (this.signatureDepth !== undefined) {
      for (const writer of this.signedInfoWriters) writer.endTag(name);
      if (depth === this.signedInfoDepth) this.signedInfoWriters = [];
      if (depth === this.signatureDepth) this.signatureDepth = undefined;
      return;
    }
    for (const { writer } of this.parts) writer.endTag(name);
    for (let index = this.parts.length - 1; this.parts[index]?.depth === depth; index--)
      this.closed.push(...this.parts.splice(index, 1));
  }

  instruction(target: string, data: string): void {
    if (this.signatureDepth !== undefined) return;
    for (const { writer, depth } of this.parts) if (depth === 0 || this.depth > 0) writer.instruction(target, data);
  }

  private follow(uri: string, depth: number): void {
    for (const method of METHODS) {
      const hashes = new Map(DIGEST_NAMES.map((name) => [name, createHash(name)]));
      const writer = new CanonicalWriter(method, (text) => {
        for (const hash of hashes.values()) hash.update(text, 'utf8');
      });
      this.parts.push({ uri, method, writer, hashes, depth });
    }
  }

  private followSignedInfo(): void {
    this.signedInfoDepth = this.depth;
    this.signedInfoWriters = METHODS.map(
      (method) =>
        new CanonicalWriter(method, (text) => {
          this.signedInfo.set(method, (this.signedInfo.get(method) ?? '') + text);
        }),
    );
  }
}

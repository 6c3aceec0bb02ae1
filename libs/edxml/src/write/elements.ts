import { CanonicalWriter } from '../xml/canonical';
import type { Scope } from '../xml/events';
import { EDXML_NAMESPACE } from '../message/message';

/** An element to be written. `content` is written as base64, opened each time it is needed. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The default namespace from here on, when it changes. */
  readonly namespace?: string;
  readonly children: readonly (Element | string)[];
  readonly content?: () => AsyncIterable<Uint8Array>;
}

type Child = Element | string | undefined;

/** `edXML:` elements of the envelope, as clients that look for the prefix expect them. */
export function element(local: string, ...children: readonly (Child | readonly Child[])[]): Element {
  return named(`edXML:${local}`, ...children);
}

export function named(name: string, ...children: readonly (Child | readonly Child[])[]): Element {
  return { name, children: children.flat().filter((child) => child !== undefined) };
}

/** An element that holds one value; none when there is no value. */
export function field(local: string, value: string | number | undefined): Element | undefined {
  return value === undefined || value === '' ? undefined : element(local, clean(value));
}

export function unprefixed(local: string, value: string | number | undefined): Element | undefined {
  return value === undefined || value === '' ? undefined : named(local, clean(value));
}

/** A group that is left out when nothing is in it. */
export function group(local: string, ...children: readonly (Child | readonly Child[])[]): Element | undefined {
  const made = element(local, ...children);
  return made.children.length > 0 ? made : undefined;
}

/** In NFC, without what no XML text may hold. */
export function clean(value: string | number): string {
  return String(value)
    .normalize('NFC')
    .replace(/[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}

const OUTERMOST: Scope = new Map([
  ['', EDXML_NAMESPACE],
  ['edXML', EDXML_NAMESPACE],
]);

/**
 * An element in canonical form, which is the same bytes for the same element, in pieces as they come.
 */
export async function* canonicalText(root: Element, method: 'inclusive' | 'exclusive'): AsyncGenerator<string> {
  let pending = '';
  const writer = new CanonicalWriter(method, (piece) => {
    pending += piece;
  });
  for await (const content of perform(root, writer, OUTERMOST)) {
    yield pending + content;
    pending = '';
  }
  yield pending;
}

/** Tells the writer all of the element; yields base64, which needs no escaping, and wants what was written before it. */
async function* perform(root: Element, writer: CanonicalWriter, outer: Scope): AsyncGenerator<string> {
  const { name, attributes = {}, namespace, children, content } = root;
  const scope = namespace === undefined ? outer : new Map([...outer, ['', namespace] as const]);
  const at = { line: 0, column: 0 };
  const written = Object.entries(attributes).map(([attribute, value]) => ({ name: attribute, value }));
  writer.startTag({ name, local: name, uri: '', attributes: written, scope, at });
  for (const child of children) {
    if (typeof child === 'string') writer.text(child);
    else yield* perform(child, writer, scope);
  }
  if (content) yield* base64(content());
  writer.endTag(name);
}

async function* base64(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of content) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = Buffer.from(bytes.subarray(whole));
  }
  yield rest.toString('base64');
}

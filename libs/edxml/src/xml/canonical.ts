import type { Attribute, Scope, StartTag } from './events';
import { declaredPrefix, splitName } from './namespaces';

/** Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, both without comments. */
export type CanonicalMethod = 'inclusive' | 'exclusive';

/**
 * Writes the canonical form of a document or of one element, event by event, so that nothing is held. What an apex
 * element inherits in the inclusive method (C14N §2.4) comes from its scope; inherited `xml:` attributes are left out,
 * as no message has them.
 */
export class CanonicalWriter {
  /** The namespaces already written, for each open element. */
  private readonly written: Map<string, string>[] = [new Map([['', '']])];
  private depth = 0;
  private rootClosed = false;

  constructor(
    private readonly method: CanonicalMethod,
    private readonly write: (text: string) => void,
  ) {}

  startTag({ name, attributes, scope }: StartTag): void {
    const outer = this.written.at(-1) ?? new Map<string, string>();
    const wanted = this.method === 'inclusive' ? inScope(scope) : utilized(name, attributes, scope);
    const declarations = wanted.filter(([prefix, uri]) => outer.get(prefix) !== uri);
    this.written.push(declarations.length > 0 ? new Map([...outer, ...declarations]) : outer);
    this.depth++;

    const namespaces = declarations
      .sort(([a], [b]) => compare(a, b))
      .map(([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`);
    const others = attributes
      .filter((attribute) => declaredPrefix(attribute) === undefined)
      .map((attribute) => ({ ...attribute, key: sortKey(attribute, scope) }))
      .sort((a, b) => compare(a.key, b.key))
      .map((attribute) => ` ${attribute.name}="${escapeAttribute(attribute.value)}"`);
    this.write(`<${name}${namespaces.join('')}${others.join('')}>`);
  }

  text(text: string): void {
    this.write(escapeText(text));
  }

  endTag(name: string): void {
    this.written.pop();
    if (--this.depth === 0) this.rootClosed = true;
    this.write(`</${name}>`);
  }

  /** Beside the root element each stands on a line of its own (C14N §2.3). */
  instruction(target: string, data: string): void {
    const text = `<?${target}${data === '' ? '' : ` ${data}`}?>`;
    if (this.depth > 0) this.write(text);
    else this.write(this.rootClosed ? `\n${text}` : `${text}\n`);
  }
}

export function escapeText(text: string): string {
  return /[&<>\r]/.test(text)
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
    : text;
}

export function escapeAttribute(value: string): string {
  return /[&<"\t\n\r]/.test(value)
    ? value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll('\t', '&#x9;')
        .replaceAll('\n', '&#xA;')
        .replaceAll('\r', '&#xD;')
    : value;
}

function inScope(scope: Scope): [string, string][] {
  return [...scope].filter(([prefix]) => prefix !== 'xml');
}

/** The prefixes an element and its attributes are written with (Exclusive C14N §1.1, "visibly utilized"). */
function utilized(name: string, attributes: readonly Attribute[], scope: Scope): [string, string][] {
  const prefixes = new Set([splitName(name)?.prefix ?? '']);
  for (const attribute of attributes) {
    const prefix = declaredPrefix(attribute) === undefined ? splitName(attribute.name)?.prefix : undefined;
    if (prefix) prefixes.add(prefix);
  }
  prefixes.delete('xml');
  return [...prefixes].map((prefix) => [prefix, scope.get(prefix) ?? '']);
}

/** By namespace, then by local name; those without a namespace first. */
function sortKey({ name }: Attribute, scope: Scope): string {
  const split = splitName(name);
  return split && split.prefix !== '' ? `${scope.get(split.prefix) ?? ''}\u0000${split.local}` : `\u0000${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

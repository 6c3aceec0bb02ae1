import { expand, expandAttribute, expandCData, type Expanded, NAME, SPACE } from './characters';
import type { Attribute, Scope, XmlEvents } from './events';
import { type Position, XmlFault, type XmlFaultCode } from './fault';
import { declaredPrefix, OUTERMOST, scopeWith, splitName } from './namespaces';
import { endOfTag, readTag } from './tag';

/** Far above any message of the standard, far below what hurts. */
const LIMITS = { depth: 32, elements: 100_000, markup: 64 * 1024 };

const XML_DECLARATION = new RegExp(
  `^<\\?xml${SPACE}+version${SPACE}*=${SPACE}*["']1\\.\\d+["']` +
    `(?:${SPACE}+encoding${SPACE}*=${SPACE}*["']([A-Za-z][\\w.-]*)["'])?` +
    `(?:${SPACE}+standalone${SPACE}*=${SPACE}*["'](?:yes|no)["'])?${SPACE}*\\?>$`,
);
const INSTRUCTION = new RegExp(`^<\\?(${NAME})(?:${SPACE}+([^]*))?\\?>$`, 'u');
const END_TAG = new RegExp(`^</(${NAME})${SPACE}*>$`, 'u');

/**
 * A streaming XML 1.0 tokenizer with namespaces for text that comes from strangers: no DTD, no entities but the five
 * predefined ones, nothing fetched, and limits on all that could grow. Text is passed on as it comes, so that an
 * attachment within an element is never held.
 */
export class XmlTokenizer {
  private buffer = '';
  /** Position of the buffer's first character, and the last one asked for within it. */
  private bufferAt: Position = { line: 1, column: 1 };
  private marked = { index: 0, line: 1, column: 1 };
  private phase: 'prolog' | 'content' | 'epilog' = 'prolog';
  private atStart = true;
  private inCData = false;
  private elements = 0;
  /** How long the buffer must be before unfinished markup is looked at again, so that tiny chunks cost no more. */
  private enough = 0;
  private readonly open: { readonly name: string; readonly scope: Scope }[] = [];

  constructor(private readonly events: XmlEvents) {}

  /** @throws XmlFault */
  write(chunk: string): void {
    this.buffer += chunk;
    if (this.buffer.length >= this.enough) this.consume(false);
  }

  /** @throws XmlFault when anything is unfinished. */
  end(): void {
    this.consume(true);
    if (this.buffer !== '' || this.inCData) throw this.faultAtEnd('xml.unfinished', 'the text ends within markup');
    const unclosed = this.open.at(-1);
    if (unclosed) throw this.faultAtEnd('xml.unfinished', `the text ends before </${unclosed.name}>`);
    if (this.phase === 'prolog') throw this.faultAtEnd('xml.unfinished', 'there is no element');
  }

  /** What is wrong behind the text so far, all of which is taken in before. */
  faultAtEnd(code: XmlFaultCode, detail: string): XmlFault {
    this.consume(false);
    return this.fault(code, detail, this.buffer.length);
  }

  private consume(final: boolean): void {
    let at = 0;
    while (at < this.buffer.length) {
      const next = this.inCData
        ? this.cData(at, final)
        : this.buffer.charCodeAt(at) === 0x3c
          ? this.markup(at)
          : this.characters(at, final);
      if (next === at) break;
      at = next;
    }
    this.bufferAt = this.positionOf(at);
    this.marked = { index: 0, ...this.bufferAt };
    this.buffer = this.buffer.slice(at);
    this.enough = this.buffer.startsWith('<') ? this.buffer.length * 2 : 0;
    if (this.enough > LIMITS.markup * 2)
      throw this.fault('xml.too_long', `markup of over ${LIMITS.markup} characters`, 0);
  }

  private characters(at: number, final: boolean): number {
    const markup = this.buffer.indexOf('<', at);
    let end = markup < 0 ? this.buffer.length : markup;
    if (markup < 0 && !final) end -= unfinishedTail(this.buffer, at);
    if (end === at) return at;
    const written = this.buffer.slice(at, end);
    if (this.phase !== 'content') {
      const stray = written.search(/[^ \t\r\n]/);
      if (stray >= 0)
        throw this.fault(
          this.phase === 'prolog' ? 'xml.before_prolog' : 'xml.malformed',
          this.phase === 'prolog'
            ? 'something stands before the XML begins'
            : 'something stands after the last element',
          at + stray,
        );
    } else {
      this.events.text(this.expanded(expand(written), at));
    }
    this.atStart = false;
    return end;
  }

  private cData(at: number, final: boolean): number {
    const close = this.buffer.indexOf(']]>', at);
    const held = final ? 0 : unfinishedEnd(this.buffer);
    const end = close < 0 ? Math.max(at, this.buffer.length - held) : close;
    if (end > at) this.events.text(this.expanded(expandCData(this.buffer.slice(at, end)), at));
    if (close < 0) return end;
    this.inCData = false;
    return close + 3;
  }

  private markup(at: number): number {
    const { buffer } = this;
    const started = this.atStart;
    if (buffer.startsWith('<!--', at)) return this.closedBy('-->', at, 4, () => undefined);
    if (buffer.startsWith('<![CDATA[', at)) {
      if (this.phase !== 'content') throw this.fault('xml.malformed', 'CDATA stands outside the root element', at);
      this.inCData = true;
      return at + 9;
    }
    if (buffer.startsWith('<!', at)) {
      if ('<!--'.startsWith(buffer.slice(at)) || '<![CDATA['.startsWith(buffer.slice(at))) return at;
      throw this.fault('xml.doctype', 'a DTD or another declaration is not read', at);
    }
    if (buffer.startsWith('<?', at))
      return this.closedBy('?>', at, 2, (text) => {
        this.instruction(text, at, started);
      });
    if (buffer.startsWith('</', at))
      return this.closedBy('>', at, 2, (text) => {
        this.endTag(text, at);
      });
    return this.startTag(at);
  }

  /** @returns `at` when the end is not there yet. */
  private closedBy(closing: string, at: number, opening: number, take: (text: string) => void): number {
    const close = this.buffer.indexOf(closing, at + opening);
    if (close < 0) return at;
    const end = close + closing.length;
    const text = this.buffer.slice(at, end);
    if (closing === '-->' && this.buffer.slice(at + opening, close).includes('--'))
      throw this.fault('xml.malformed', 'a comment holds --', at);
    this.atStart = false;
    take(text);
    return end;
  }

  private instruction(text: string, at: number, first: boolean): void {
    if (first && /^<\?xml[ \t\r\n]/.test(text)) {
      const declaration = XML_DECLARATION.exec(text);
      if (!declaration) throw this.fault('xml.malformed', 'the XML declaration is malformed', at);
      const encoding = declaration[1] ?? 'UTF-8';
      if (!/^(?:utf-?8|us-ascii)$/i.test(encoding))
        throw this.fault('encoding.unsupported', `encoding ${encoding} is declared, UTF-8 is read`, at);
      return;
    }
    const [, target, data = ''] = INSTRUCTION.exec(text) ?? [];
    if (target === undefined || target.toLowerCase() === 'xml')
      throw this.fault(
        target === undefined || this.phase !== 'prolog' ? 'xml.malformed' : 'xml.before_prolog',
        'a processing instruction is malformed or an XML declaration is not at the beginning',
        at,
      );
    this.events.instruction(target, data);
  }

  private endTag(text: string, at: number): void {
    const name = END_TAG.exec(text)?.[1];
    const expected = this.open.at(-1)?.name;
    if (name === undefined || name !== expected)
      throw this.fault('xml.malformed', `${text.slice(0, 80)} does not close <${expected ?? ''}>`, at);
    this.closed(name);
  }

  private startTag(at: number): number {
    const end = endOfTag(this.buffer, at);
    if (end === 'another_begins') throw this.fault('xml.malformed', 'a tag does not end', at);
    if (end === 'unfinished') return at;
    if (end - at > LIMITS.markup) throw this.fault('xml.too_long', `a tag of over ${LIMITS.markup} characters`, at);
    if (this.phase === 'epilog') throw this.fault('xml.malformed', 'there is a second root element', at);
    if (this.open.length >= LIMITS.depth)
      throw this.fault('xml.too_deep', `elements lie over ${LIMITS.depth} deep`, at);
    if (++this.elements > LIMITS.elements)
      throw this.fault('xml.too_many_elements', `over ${LIMITS.elements} elements`, at);

    const tag = readTag(this.buffer.slice(at, end));
    if (tag.kind === 'fault') throw this.fault(tag.code, tag.detail, at + tag.index);
    const attributes = tag.attributes.map(({ name, written, index }) => ({
      name,
      value: this.expanded(expandAttribute(written), at + index),
    }));
    this.phase = 'content';
    this.atStart = false;
    this.opened(tag.name, attributes, at);
    if (tag.selfClosing) this.closed(tag.name);
    return end;
  }

  private closed(name: string): void {
    this.open.pop();
    this.events.endTag(name);
    if (this.open.length === 0) this.phase = 'epilog';
  }

  private opened(name: string, attributes: readonly Attribute[], at: number): void {
    const scope = scopeWith(this.open.at(-1)?.scope ?? OUTERMOST, attributes);
    if (typeof scope === 'string') throw this.fault('xml.malformed', scope, at);
    const { local, uri } = this.resolve(name, scope, at);
    const seen = new Set<string>();
    for (const attribute of attributes) {
      const isPlain = declaredPrefix(attribute) !== undefined || !attribute.name.includes(':');
      const resolved = isPlain ? undefined : this.resolve(attribute.name, scope, at);
      const key = resolved ? `${resolved.uri} ${resolved.local}` : attribute.name;
      if (seen.has(key)) throw this.fault('xml.malformed', `attribute ${attribute.name} stands twice`, at);
      seen.add(key);
    }
    this.open.push({ name, scope });
    this.events.startTag({ name, local, uri, attributes, scope, at: this.positionOf(at) });
  }

  private resolve(name: string, scope: Scope, at: number): { readonly local: string; readonly uri: string } {
    const split = splitName(name);
    if (!split) throw this.fault('xml.malformed', `${name} is no qualified name`, at);
    const uri = scope.get(split.prefix);
    if (uri === undefined)
      throw this.fault('xml.unbound_prefix', `prefix ${split.prefix} is bound to no namespace`, at);
    return { local: split.local, uri };
  }

  private expanded(expansion: Expanded, at: number): string {
    switch (expansion.kind) {
      case 'text':
        return expansion.text;
      case 'entity':
        throw this.fault('xml.entity', `entity ${expansion.name} is not known`, at + expansion.index);
      case 'forbidden':
        throw this.fault('xml.malformed', 'a character or ]]> that no XML text may hold', at + expansion.index);
    }
  }

  private fault(code: XmlFaultCode, detail: string, at: number): XmlFault {
    return new XmlFault(code, detail, this.positionOf(at));
  }

  /** Asked for in rising order but for faults, so it counts on from where it last was. */
  private positionOf(at: number): Position {
    const from = at < this.marked.index ? { index: 0, ...this.bufferAt } : this.marked;
    const lines = this.buffer.slice(from.index, at).split('\n');
    const line = from.line + lines.length - 1;
    const column = (lines.length === 1 ? from.column : 1) + (lines.at(-1)?.length ?? 0);
    this.marked = { index: at, line, column };
    return { line, column };
  }
}

/** How much of the text's end has to wait for what follows: a reference begun, a line end or `]]>` cut in two. */
function unfinishedTail(buffer: string, from: number): number {
  const reference = buffer.lastIndexOf('&');
  if (reference >= from && buffer.length - reference < 12 && !buffer.includes(';', reference))
    return buffer.length - reference;
  return Math.min(buffer.length - from, unfinishedEnd(buffer));
}

function unfinishedEnd(buffer: string): number {
  return /(?:\r|\]{1,2})?$/.exec(buffer.slice(-2))?.[0].length ?? 0;
}

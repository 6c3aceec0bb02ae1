import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Base64Decoder } from './base64';
import { ReplacedBytes } from './replaced-bytes';
import { beginsZip, ZipEntryReader, type ZipFinding } from './zip-entry';

/** `as_sent` is the attachment itself; `unwrapped` the one file within, when it may be a ZIP around it. */
export type ContentForm = 'as_sent' | 'unwrapped';

/**
 * Where content goes. Called once per attachment and form, as its first byte comes; `index` counts attachments from 0 in
 * the message. What was `unwrapped` is meant only if the reading says so at the end.
 */
export type ContentReceiver = (index: number, form: ContentForm) => Writable;

/** What passed by. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** By its first bytes, not by its label. */
  readonly looksLike: 'pdf' | 'zip' | undefined;
  readonly zip: ZipFinding | undefined;
  /** Why it cannot be what was sent. */
  readonly corruption: string | undefined;
}

/** Enough to know a PDF or a ZIP by. */
const HEAD_LENGTH = 8;

/** Takes one attachment's base64 as it is read, and gives its bytes on at the pace they are taken. */
export class AttachmentIntake {
  private readonly base64 = new Base64Decoder();
  private readonly hash = createHash('sha256');
  private readonly replaced = new ReplacedBytes();
  private readonly waiting: Buffer[] = [];
  private readonly sinks: Writable[] = [];
  private head: Buffer = Buffer.alloc(0);
  private size = 0;
  private fault: string | undefined;
  private asSent: Writable | undefined;
  private unwrapped: Writable | undefined;
  private zip: ZipEntryReader | undefined;

  constructor(
    private readonly index: number,
    private readonly receive: ContentReceiver | undefined,
    private readonly maxUnwrapped: number,
  ) {}

  add(text: string): void {
    const bytes = this.base64.decode(text);
    if (bytes.length > 0) this.waiting.push(bytes);
  }

  /** To be awaited before more is read. The first bytes wait until there are enough to tell what they are. */
  async passOn(): Promise<void> {
    if (this.size === 0 && this.waiting.reduce((sum, { length }) => sum + length, 0) < HEAD_LENGTH) return;
    await this.passOnAll();
  }

  async end(): Promise<Content> {
    const last = this.base64.end();
    if (last.kind === 'fault') this.fault = `the base64 is damaged: ${last.detail}`;
    else if (last.bytes.length > 0) this.waiting.push(last.bytes);
    await this.passOnAll();
    const zip = await this.zip?.end();
    for (const sink of this.sinks) sink.end();
    await Promise.all(this.sinks.map((sink) => finished(sink)));
    return {
      size: this.size,
      sha256: this.hash.digest('hex'),
      looksLike: this.looksLike(),
      zip,
      corruption: this.fault ?? this.replacedBytes() ?? (zip?.kind === 'corrupted' ? zip.detail : undefined),
    };
  }

  abandon(): void {
    for (const sink of this.sinks) sink.destroy();
  }

  private async passOnAll(): Promise<void> {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.concat(this.waiting.splice(0));
    if (this.size === 0) this.begin(bytes);
    this.size += bytes.length;
    this.hash.update(bytes);
    this.replaced.look(bytes);
    if (this.asSent) await put(this.asSent, bytes);
    await this.zip?.write(bytes);
  }

  private begin(bytes: Buffer): void {
    this.head = bytes.subarray(0, HEAD_LENGTH);
    this.asSent = this.open('as_sent');
    if (!beginsZip(this.head)) return;
    this.zip = new ZipEntryReader(async (content) => {
      this.unwrapped ??= this.open('unwrapped');
      if (this.unwrapped) await put(this.unwrapped, content);
    }, this.maxUnwrapped);
  }

  private open(form: ContentForm): Writable | undefined {
    const sink = this.receive?.(this.index, form);
    if (!sink) return undefined;
    // A failure is told by the next write or at the end, and must not end the process before.
    sink.on('error', () => undefined);
    this.sinks.push(sink);
    return sink;
  }

  private looksLike(): Content['looksLike'] {
    if (beginsZip(this.head)) return 'zip';
    return this.head.toString('latin1').startsWith('%PDF-') ? 'pdf' : undefined;
  }

  private replacedBytes(): string | undefined {
    return this.looksLike() && this.replaced.everywhere
      ? 'every byte beyond ASCII was replaced by EF BF BD'
      : undefined;
  }
}

async function put(sink: Writable, bytes: Buffer): Promise<void> {
  if (sink.errored) throw sink.errored;
  if (!sink.write(bytes)) await once(sink, 'drain');
}

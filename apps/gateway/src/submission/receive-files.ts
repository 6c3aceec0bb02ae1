import type { MultipartFile } from '@fastify/multipart';
import { type Month, presentFileName, refusal } from '@axis/edoc';
import { type ContentStore, ContentTooLargeError, type StagedContent } from '@axis/storage';
import type { Config } from '@axis/platform';
import type { Submission } from './submission.schema';

export interface ReceivedFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: StagedContent;
}

/**
 * Streams the file parts of a submission into the content store, checking each as it comes.
 * Nothing of it counts until it is committed; when anything fails, all of it is gone.
 */
export class FileReceiver {
  private readonly received: ReceivedFile[] = [];

  constructor(
    private readonly contents: ContentStore,
    private readonly limits: Config['limits'],
    private readonly month: Month,
    private readonly announced: Submission['files'],
  ) {}

  async receive(parts: AsyncIterable<MultipartFile>): Promise<readonly ReceivedFile[]> {
    for await (const part of parts) await this.receiveOne(part);
    const missing = this.announced?.[this.received.length];
    if (missing) throw refusal('file.missing', { file: missing.name });
    if (this.received.length === 0) throw refusal('document.no_pdf');
    return this.received;
  }

  async discard(): Promise<void> {
    await Promise.all(this.received.map((file) => file.content.discard()));
  }

  private async receiveContent(part: MultipartFile, maxBytes: number): Promise<StagedContent> {
    try {
      return await this.contents.receive(this.month, part.file, { maxBytes });
    } catch (error) {
      if (error instanceof ContentTooLargeError) throw refusal('body.too_large', { limit: maxBytes });
      throw error;
    }
  }

  private async receiveOne(part: MultipartFile): Promise<void> {
    if (isField(part)) throw refusal('request.malformed', { detail: `unexpected field ${part.fieldname}` });
    const position = this.received.length;
    if (position >= this.limits.files) {
      throw refusal('files.too_many', { count: position + 1, limit: this.limits.files });
    }
    const announced = this.announced?.[position];
    const name = safeName(announced?.name ?? part.filename);
    if (this.announced && !announced) throw refusal('file.unannounced', { file: name });

    // The main PDF is held in memory while its signatures are checked: its limit is lower.
    const limit = position === 0 ? this.limits.pdfBytes : this.limits.fileBytes;
    const content = await this.receiveContent(part, limit);
    this.received.push({ name, contentType: mediaType(part.mimetype), content });
    if (content.size === 0) throw refusal('file.empty', { file: name });
    const actual = content.sha256.toString('hex');
    if (announced?.sha256 !== undefined && announced.sha256.toLowerCase() !== actual) {
      throw refusal('file.hash_mismatch', { file: name, promised: announced.sha256, actual });
    }
    if (position === 0 || looksLikePdf(name, part.mimetype)) requirePdf(name, content);
  }
}

/** Without a file name it is a form field (RFC 7578 §4.2), and there are none but the description. */
function isField(part: MultipartFile): boolean {
  return (part.filename as string | undefined) === undefined;
}

/** A name is shown and saved by others: what would lead them astray is refused, never mended in silence. */
function safeName(given: string): string {
  const name = given.normalize('NFC');
  if (presentFileName(name) !== name) throw refusal('file.name_invalid', { name: printable(name) });
  return name;
}

function printable(name: string): string {
  return name.replace(/\p{C}/gu, '\u{FFFD}').slice(0, 80);
}

/** It is given to the receiver as a header: what is no media type (RFC 6838 §4.2) says nothing. */
export function mediaType(given: string): string {
  return /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(given) ? given : 'application/octet-stream';
}

function looksLikePdf(name: string, contentType: string): boolean {
  return /\.pdf$/i.test(name) || contentType === 'application/pdf';
}

/** ISO 32000-2 §7.5.2: the header is the first line. What is no PDF is refused here, before anything is stored. */
function requirePdf(name: string, content: StagedContent): void {
  if (content.head.subarray(0, 5).toString('latin1') !== '%PDF-') throw refusal('document.not_pdf', { file: name });
}

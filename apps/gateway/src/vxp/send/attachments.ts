import { PassThrough, Readable, type Writable } from 'node:stream';
import { type Month, refusal } from '@axis/edoc';
import type { ContentForm, EdxmlAttachment } from '@axis/edxml';
import type { Config } from '@axis/platform';
import { type ContentStore, ContentTooLargeError, type StagedContent } from '@axis/storage';
import { mediaType, type ReceivedFile } from '../../submission/receive-files';
import { leavingOpen } from './leaving-open';

/** An attachment as the document will have it. */
export interface TakenFile extends ReceivedFile {
  readonly attachment: EdxmlAttachment;
}

/**
 * Streams a message's attachments into the content store while the message is read. Nothing of them counts until it is committed;
 * what is not wanted in the end is discarded.
 */
export class Attachments {
  private readonly staged = new Map<string, Promise<StagedContent>>();

  constructor(
    private readonly contents: ContentStore,
    private readonly limits: Config['limits'],
    private readonly month: Month,
  ) {}

  /** Where the reading puts each. */
  readonly receive = (index: number, form: ContentForm): Writable => {
    const limit = this.limits.files;
    if (index >= limit) throw refusal('files.too_many', { count: index + 1, limit });
    const way = new PassThrough();
    // Whoever writes must hear why nobody reads any more.
    const source = Readable.from(leavingOpen(way), { objectMode: false });
    const staged = this.contents.receive(this.month, source, { maxBytes: this.limits.fileBytes });
    staged.catch((error: unknown) => way.destroy(asRefusal(error)));
    this.staged.set(nameOf(index, form), staged);
    return way;
  };

  /**
   * The files of the document, the main PDF first: the first attachment that is a PDF by its content, whatever it is called.
   * @throws Refusal `document.no_pdf`
   */
  async files(attachments: readonly EdxmlAttachment[]): Promise<readonly TakenFile[]> {
    const files = await Promise.all(
      attachments.map(async (attachment): Promise<TakenFile> => {
        const content = await this.staged.get(nameOf(attachment.index, attachment.form));
        if (!content) throw new Error(`attachment ${attachment.index} was not received`);
        return { name: attachment.name, contentType: mediaType(attachment.contentType), content, attachment };
      }),
    );
    const main = files.find(({ content }) => content.head.subarray(0, 5).toString('latin1') === '%PDF-');
    if (!main) throw refusal('document.no_pdf');
    const limit = this.limits.pdfBytes;
    if (main.content.size > limit) throw refusal('body.too_large', { limit });
    return [main, ...files.filter((file) => file !== main)];
  }

  /** Removes what was received and not committed. */
  async discard(): Promise<void> {
    const settled = await Promise.allSettled(this.staged.values());
    const received = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(received.map((content) => content.discard()));
  }
}

const nameOf = (index: number, form: ContentForm): string => `${index} ${form}`;

function asRefusal(error: unknown): Error {
  if (error instanceof ContentTooLargeError) return refusal('body.too_large', { limit: error.maxBytes });
  return error instanceof Error ? error : new Error(String(error));
}

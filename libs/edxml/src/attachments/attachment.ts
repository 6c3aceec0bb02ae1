import { presentFileName } from '@axis/edoc';
import type { Findings } from '../findings';
import type { XmlElement } from '../xml/tree';
import type { Content, ContentForm } from './intake';

export interface EdxmlAttachment {
  /** Counts from 0 in the message, as the content receiver was told. */
  readonly index: number;
  /** Without `cid:`. */
  readonly contentId: string | undefined;
  /** Safe to show and save. */
  readonly name: string;
  readonly description: string | undefined;
  readonly contentType: string;
  /** Which of the received contents it is. */
  readonly form: ContentForm;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** The ZIP it came in, when it was unwrapped. */
  readonly unwrappedFrom: { readonly contentType: string; readonly size: number; readonly sha256: string } | undefined;
}

interface Description {
  readonly contentId: string | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly contentType: string | undefined;
}

const UNNAMED_TYPE = 'application/octet-stream';
const TYPES: Readonly<Partial<Record<string, string>>> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  txt: 'text/plain',
  jpg: 'image/jpeg',
  png: 'image/png',
};
const UUID_NAME = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\.\w+$/i;

/** Joins what the manifest, the attachment's own fields and its content say. */
export function readAttachments(
  root: XmlElement,
  contents: ReadonlyMap<XmlElement, { readonly index: number; readonly content: Content }>,
  findings: Findings,
): EdxmlAttachment[] {
  const references = elementsNamed(root, 'edXMLManifest').flatMap((manifest) => manifest.all('Reference'));
  const manifest = new Map<string, XmlElement>();
  for (const reference of references) {
    const { contentId } = describe(reference, findings);
    if (contentId === undefined) findings.warn('content_id.missing', reference, 'ContentId is missing');
    else manifest.set(contentId, reference);
  }
  const elements = elementsNamed(root, 'AttachmentEncoded').flatMap((encoded) => encoded.all('Attachment'));
  const found = new Set<string>();
  const attachments = elements.flatMap((element) => {
    const own = describe(element, findings);
    if (own.contentId !== undefined) found.add(own.contentId);
    const reference = own.contentId === undefined ? undefined : manifest.get(own.contentId);
    if (!reference) findings.warn('attachment.not_in_manifest', element, 'edXMLManifest does not name it');
    const listed = reference && describe(reference);
    const received = contents.get(element);
    if (!received) findings.error('attachment.empty', element, 'the attachment has no content');
    const attachment = received && attachmentOf(element, { ...listed, ...present(own) }, received, findings);
    return attachment ?? [];
  });
  for (const [contentId, reference] of manifest)
    if (!found.has(contentId))
      findings.error('attachment.missing', reference, `attachment ${contentId} is not in the message`);
  return attachments;
}

function attachmentOf(
  element: XmlElement,
  { contentId, name, description, contentType = UNNAMED_TYPE }: Partial<Description>,
  { index, content }: { readonly index: number; readonly content: Content },
  findings: Findings,
): EdxmlAttachment | undefined {
  const { size, sha256, zip, looksLike, corruption } = content;
  if (corruption !== undefined) {
    findings.error('attachment.corrupted', element, corruption);
    return undefined;
  }
  if (size === 0) {
    findings.error('attachment.empty', element, 'the attachment has no content');
    return undefined;
  }
  if (zip?.kind === 'too_large') findings.error('attachment.too_large', element, 'it unpacks to more than is allowed');
  const shown = name === undefined ? undefined : presentFileName(name);
  if (shown === undefined) findings.warn('attachment.name_missing', element, 'AttachmentName is missing');

  const asSent = { contentType, size, sha256 };
  const common = { index, contentId, description };
  if (zip?.kind === 'one_file' && isWrapping(shown, zip.name)) {
    findings.warn('attachment.unwrapped', element, `unwrapped from a ZIP that holds ${zip.name}`);
    const named = shown ?? presentFileName(zip.name) ?? `attachment-${index + 1}`;
    return {
      ...common,
      name: named,
      contentType: isZipType(contentType) ? typeOf(named) : contentType,
      form: 'unwrapped',
      size: zip.size,
      sha256: zip.sha256,
      unwrappedFrom: asSent,
    };
  }
  if (/pdf/i.test(contentType) && looksLike !== 'pdf')
    findings.warn(
      'attachment.type_differs',
      element,
      `labelled ${contentType}, looks like ${looksLike ?? 'something else'}`,
    );
  return { ...common, name: shown ?? `attachment-${index + 1}`, ...asSent, form: 'as_sent', unwrappedFrom: undefined };
}

/** A ZIP the sender's software put around the file, not one that the sender attached: the name is the file's own. */
function isWrapping(name: string | undefined, entry: string): boolean {
  if (name === undefined) return UUID_NAME.test(entry);
  const extension = extensionOf(name);
  return extension !== 'zip' && (UUID_NAME.test(entry) || extension === extensionOf(entry));
}

function describe(element: XmlElement, findings?: Findings): Description {
  const written = element.first('ContentId')?.text ?? element.attribute('href') ?? '';
  if (written !== '' && !written.startsWith('cid:'))
    findings?.warn('content_id.no_cid', element, `ContentId ${written} does not begin with cid:`);
  const text = (local: string) => element.first(local)?.text;
  return present({
    contentId: written.replace(/^cid:/, ''),
    name: text('AttachmentName'),
    description: text('Description'),
    contentType: text('ContentType'),
  }) as Description;
}

function present(description: Description): Partial<Description> {
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined && value !== ''));
}

function isZipType(contentType: string): boolean {
  return /zip|octet-stream/i.test(contentType);
}

function typeOf(name: string): string {
  return TYPES[extensionOf(name)] ?? UNNAMED_TYPE;
}

function extensionOf(name: string): string {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Wherever it lies: within the envelope or beside it. */
function elementsNamed(element: XmlElement, local: string): XmlElement[] {
  return element.local === local ? [element] : element.children.flatMap((child) => elementsNamed(child, local));
}

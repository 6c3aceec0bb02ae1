import type { EdxmlDocument, EdxmlMessage, EdxmlStatus } from '../message/message';
import { type EnvelopeSigner, signatureOver } from '../signature/sign';
import { canonicalText, type Element, element, field, named, unprefixed } from './elements';
import { documentHeader, statusHeader, traceHeaderList } from './message-elements';

export interface OutgoingAttachment {
  /** Without `cid:`; unique in the message. */
  readonly contentId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly contentType: string;
  /** The content from its beginning; called twice when the message is signed. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface WriteOptions {
  readonly attachments?: readonly OutgoingAttachment[];
  readonly signer?: EnvelopeSigner;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Writes a message as QCVN 102:2016/BTTTT says, in canonical form: the same message gives the same bytes. Attachments
 * stream through. Texts longer than the standard allows are cut with `…`.
 */
export async function* writeEdxml(message: EdxmlMessage, options: WriteOptions = {}): AsyncGenerator<Buffer> {
  const { attachments = [], signer } = options;
  const signature = signer && (await signatureOver(root(message, attachments), signer));
  yield Buffer.from(DECLARATION);
  for await (const piece of canonicalText(root(message, attachments, signature), 'inclusive'))
    if (piece !== '') yield Buffer.from(piece);
}

function root(message: EdxmlMessage, attachments: readonly OutgoingAttachment[], signature?: Element): Element {
  return message.kind === 'status' ? statusRoot(message, signature) : documentRoot(message, attachments, signature);
}

/** A status has no body. */
function statusRoot(message: EdxmlStatus, signature?: Element): Element {
  return named('edXML', element('edXMLEnvelope', element('edXMLHeader', statusHeader(message), signature)));
}

function documentRoot(
  message: EdxmlDocument,
  attachments: readonly OutgoingAttachment[],
  signature?: Element,
): Element {
  return named(
    'edXML',
    element(
      'edXMLEnvelope',
      element('edXMLHeader', documentHeader(message), traceHeaderList(message), signature),
      element('edXMLBody', { ...element('edXMLManifest', attachments.map(reference)), attributes: { version: '1.0' } }),
    ),
    named('AttachmentEncoded', attachments.map(encoded)),
  );
}

function reference({ contentId, contentType, description, name }: OutgoingAttachment): Element {
  return element(
    'Reference',
    field('ContentId', `cid:${contentId}`),
    field('ContentType', contentType),
    field('Description', description),
    field('AttachmentName', name),
  );
}

function encoded({ contentId, contentType, description, name, open }: OutgoingAttachment): Element {
  return named(
    'Attachment',
    unprefixed('ContentId', `cid:${contentId}`),
    unprefixed('AttachmentName', name),
    unprefixed('Description', description),
    unprefixed('ContentType', contentType),
    { ...element('ContentTransferEncoded'), content: open },
  );
}

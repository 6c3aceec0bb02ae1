import type { XmlElement } from '../xml/tree';

/** What a message is about, as written; null where it does not say. */
export interface Outline {
  readonly kind: 'document' | 'status' | null;
  readonly documentId: string | null;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly businessType: number | null;
  readonly statusCode: string | null;
}

/** Reads what is there, judging nothing. A status is about the document in ResponseFor, and goes to its agency. */
export function outlineOf(root: XmlElement | undefined): Outline {
  const envelope = root?.local === 'edXMLEnvelope' ? root : root?.first('edXMLEnvelope');
  const header = envelope?.first('edXMLHeader') ?? envelope;
  const message = header?.first('MessageHeader');
  const textOf = (element: XmlElement | undefined): string | null => element?.text || null;
  const isStatus = message?.first('StatusCode') !== undefined;
  const about = isStatus ? message.first('ResponseFor') : message;
  const to = isStatus
    ? [message.descend('ResponseFor', 'OrganId')]
    : message?.all('To').map((organ) => organ.first('OrganId'));
  const type = textOf(header?.descend('TraceHeaderList', 'Bussiness', 'BussinessDocType'));
  return {
    kind: message ? (isStatus ? 'status' : 'document') : null,
    documentId: textOf(about?.first('DocumentId')),
    from: textOf(message?.descend('From', 'OrganId')),
    to: [...new Set((to ?? []).flatMap((organ) => textOf(organ) ?? []))],
    businessType: isStatus || !message ? null : /^\d+$/.test(type ?? '0') ? Number(type ?? '0') : null,
    statusCode: isStatus ? textOf(message.first('StatusCode')) : null,
  };
}

import { type AgencyCode, parseAgencyCode } from '@axis/edoc';
import type { Findings } from '../findings';
import type { Fields } from './fields';
import { type Business, BUSINESS_TYPES, type ResponseFor } from './message';

/** What is to be done, and with which document; a message that does not say brings a new one. */
export function readBusiness(
  business: Fields | undefined,
  header: Fields,
  documentId: string | undefined,
  responseFor: readonly ResponseFor[],
  findings: Findings,
): Business | undefined {
  const written = business?.text('BussinessDocType') ?? '0';
  const type = /^\d$/.test(written) ? BUSINESS_TYPES[Number(written)] : undefined;
  switch (type) {
    case 'new':
      return { type };
    case 'recall':
      return readRecall(header, documentId, responseFor, findings);
    case 'update':
      return business && readUpdate(business, findings);
    case 'replace':
      return business && readReplacement(business, findings);
    case undefined:
      if (business)
        findings.error('business_type.unknown', business.element, `BussinessDocType ${written} is not known`);
      return undefined;
  }
}

/** The header's own DocumentId is the one recalled; a ResponseFor beside it may speak of another document. */
function readRecall(
  header: Fields,
  documentId: string | undefined,
  responseFor: readonly ResponseFor[],
  findings: Findings,
): Business | undefined {
  const unrelated = responseFor.find((other) => other.documentId !== undefined && other.documentId !== documentId);
  if (unrelated)
    findings.warn(
      'recall.response_unrelated',
      header.element.first('ResponseFor') ?? header.element,
      `recalled is ${documentId ?? ''}, not ${unrelated.documentId ?? ''}`,
    );
  return documentId === undefined ? undefined : { type: 'recall', documentId };
}

function readUpdate(business: Fields, findings: Findings): Business | undefined {
  const documentId = business.text('DocumentId');
  if (documentId === undefined) {
    findings.error('update.document_missing', business.element, 'the update does not say of which DocumentId');
    return undefined;
  }
  const info = business.within('BussinessDocumentInfo');
  const receivers = (info?.each('ReceiverList', 'Receiver') ?? []).flatMap((receiver) => {
    const organId = receiver.optionalCode();
    const change = receiver.choice('ReceiverType', [0, 1]);
    return organId === undefined || change === undefined
      ? []
      : [{ organId, change: change === 1 ? ('added' as const) : ('removed' as const) }];
  });
  return { type: 'update', documentId, content: info?.choice('DocumentInfo', [0, 1]) === 1, receivers };
}

/** The same document may be named several times: a set, with the agencies of all its mentions. */
function readReplacement(business: Fields, findings: Findings): Business | undefined {
  const replaced = new Map<string, AgencyCode[]>();
  for (const info of business.each('ReplacementInfoList', 'ReplacementInfo')) {
    const documentId = info.required('DocumentId');
    if (documentId === undefined) continue;
    if (replaced.has(documentId)) findings.warn('replacement.repeated', info.element, `${documentId} stands twice`);
    const organIds = new Set(replaced.get(documentId));
    for (const organ of info.each('OrganIdList', 'OrganId')) {
      const code = parseAgencyCode(organ.ownText() ?? '');
      if (code) organIds.add(code);
    }
    replaced.set(documentId, [...organIds]);
  }
  if (replaced.size === 0) {
    findings.error('replacement.missing', business.element, 'the replacement does not say of which DocumentId');
    return undefined;
  }
  return { type: 'replace', replaced: [...replaced].map(([documentId, organIds]) => ({ documentId, organIds })) };
}

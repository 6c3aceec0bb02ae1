import {
  type AgencyCode,
  formatReference,
  parseDocumentKind,
  DOCUMENT_KINDS,
  type DocumentKind,
  URGENCIES,
} from '@axis/edoc';
import type { Business, EdxmlDocument, ResponseFor, StaffInfo } from '@axis/edxml';
import type { StaffDetails } from '@axis/storage';
import type { Submission } from '../../submission/submission.schema';

/** A message that brings a document; a recall brings none. */
export type BringingMessage = EdxmlDocument & { readonly business: Exclude<Business, { readonly type: 'recall' }> };

/** What an edXML message submits, as REST v1 would say it. Dates and lengths were judged by its reading. */
export function submissionOf(message: BringingMessage): Submission {
  const { from, number, notation, documentType, signer, pageAmount, responseFor, documentId } = message;
  const date = message.promulgationDate;
  const kind = kindOf(message);
  const typeName = documentType?.typeName;
  const reference = formatReference({ organId: from.organId, date, number, notation });
  return {
    from: from.organId,
    to: receiversOf(message),
    number,
    notation,
    kind,
    kindName: typeName === DOCUMENT_KINDS[kind].name ? undefined : typeName,
    subject: message.subject,
    content: message.content,
    promulgatedOn: date,
    urgency: URGENCIES[message.urgency ?? 'normal'].priority,
    dueOn: message.dueDate,
    signer: filled({ ...signer }),
    pageCount: pageAmount === 0 ? undefined : pageAmount,
    promulgationPlace: message.promulgationPlace,
    sphere: message.sphereOfPromulgation,
    typerNotation: message.typerNotation,
    promulgationAmount: message.promulgationAmount,
    direction: message.direction,
    appendixes: listed(message.appendixes),
    steeringType: message.steeringType,
    toPlaces: listed(message.toPlaces),
    staff: staffOf(message.staff),
    paper: message.paper,
    businessReason: message.businessReason,
    documentId: documentId === reference ? undefined : documentId,
    respondsTo: listed(responseFor.flatMap((about) => nameOf(about) ?? [])),
    business: businessOf(from.organId, message.business),
    seal: false,
  };
}

export function staffOf(info: StaffInfo | undefined): StaffDetails | undefined {
  const { staff: name, department, mobile, email } = info ?? {};
  return filled({ name, department, mobile, email });
}

/** Only what was said; undefined when nothing was. */
function filled<Told extends Readonly<Record<string, string | undefined>>>(told: Told): Partial<Told> | undefined {
  const said = Object.entries(told).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Partial<Told>);
}

/** Who is taken off the list by an update may still be named on it. */
function receiversOf({ to, business }: BringingMessage): AgencyCode[] {
  const changes = business.type === 'update' ? business.receivers : [];
  const removed = changes.filter(({ change }) => change === 'removed').map(({ organId }) => organId);
  return to.map(({ organId }) => organId).filter((code) => !removed.includes(code));
}

/** By its type's name, else by the abbreviation its notation begins with (`QĐ-UBND`); a công văn has none. */
function kindOf({ documentType, notation }: EdxmlDocument): DocumentKind {
  const named = parseDocumentKind(documentType?.typeName ?? '');
  const [abbreviation = ''] = (notation.split('/').at(-1) ?? '').split('-');
  return named ?? (notation.includes('-') ? parseDocumentKind(abbreviation) : undefined) ?? 'cong-van';
}

/** The name of the document that is answered: its id, or the reference its parts make. */
function nameOf({ documentId, organId, code, promulgationDate: date }: ResponseFor): string | undefined {
  if (documentId !== undefined) return organId ? `${organId}:${documentId}` : documentId;
  if (!organId || !date) return undefined;
  const [, number, notation] = /^([^/]+)\/(.+)$/s.exec(code ?? '') ?? [];
  return number === undefined || notation === undefined
    ? undefined
    : formatReference({ organId, date, number, notation });
}

/** Names are the sender's own. */
function businessOf(from: AgencyCode, business: BringingMessage['business']): Submission['business'] {
  switch (business.type) {
    case 'new':
      return { type: 'new' };
    case 'update': {
      const changed = (how: 'added' | 'removed'): AgencyCode[] =>
        business.receivers.filter(({ change }) => change === how).map(({ organId }) => organId);
      return {
        type: 'update',
        document: `${from}:${business.documentId}`,
        add: changed('added'),
        remove: changed('removed'),
      };
    }
    case 'replace':
      return {
        type: 'replace',
        replaced: business.replaced.map(({ documentId, organIds }) => ({
          document: `${from}:${documentId}`,
          agencies: organIds.length === 0 ? undefined : [...organIds],
        })),
      };
  }
}

const listed = (texts: readonly string[]): string[] | undefined => (texts.length === 0 ? undefined : [...texts]);

import {
  type CalendarDate,
  isAfterToday,
  parseReference,
  secrecyMarkIn,
  type Urgency,
  urgencyOfPriority,
} from '@axis/edoc';
import type { Findings } from '../findings';
import type { XmlElement } from '../xml/tree';
import type { Fields } from './fields';
import type { EdxmlDocument, Organ } from './message';
import { readBusiness } from './read-business';

/** A document message, or undefined when an error was found. `trace` is its TraceHeaderList. */
export function readDocument(
  header: Fields,
  trace: Fields | undefined,
  findings: Findings,
  now: Date,
): EdxmlDocument | undefined {
  const from = header.within('From');
  if (!from) findings.error('element.missing', header.element, 'From is missing');
  const sender = from?.organ();
  const to = readAddressees(header, findings);
  const documentId = header.text('DocumentId');
  if (documentId === undefined) findings.error('document_id.missing', header.element, 'DocumentId is missing');

  const code = header.within('Code');
  if (!code) findings.error('element.missing', header.element, 'Code is missing');
  const number = code?.required('CodeNumber');
  const notation = code?.required('CodeNotation');
  const promulgation = header.within('PromulgationInfo');
  if (!promulgation) findings.error('element.missing', header.element, 'PromulgationInfo is missing');
  const promulgationDate = promulgation?.requiredDate('PromulgationDate');
  if (promulgation && promulgationDate && isAfterToday(promulgationDate, now))
    findings.error('date.in_future', promulgation.element, `PromulgationDate ${promulgationDate} lies in the future`);

  const subject = header.required('Subject');
  const marking = subject === undefined ? undefined : secrecyMarkIn(subject);
  if (marking !== undefined)
    findings.error('document.state_secret', header.element.first('Subject') ?? header.element, `marked ${marking}`);

  const responseFor = header.each('ResponseFor').map((fields) => fields.responseFor());
  const business = readBusiness(trace?.within('Bussiness'), header, documentId, responseFor, findings);
  if (documentId !== undefined && sender)
    checkDocumentId(header.element, documentId, sender, promulgationDate, findings);

  const type = header.within('DocumentType');
  const signer = header.within('SignerInfo');
  const other = header.within('OtherInfo');
  const bussiness = trace?.within('Bussiness');
  const steeringType = header.choice('SteeringType', [1, 2, 3]);
  const paper = bussiness?.choice('Paper', [0, 1]);
  const rest = {
    promulgationPlace: promulgation?.text('Place'),
    ...(type && {
      documentType: { type: type.text('Type'), typeDetail: type.text('TypeDetail'), typeName: type.text('TypeName') },
    }),
    content: header.text('Content'),
    ...(signer && {
      signer: {
        competence: signer.text('Competence'),
        position: signer.text('Position'),
        fullName: signer.text('FullName'),
      },
    }),
    dueDate: header.optionalDate('DueDate'),
    urgency: other && readUrgency(other),
    sphereOfPromulgation: other?.text('SphereOfPromulgation'),
    typerNotation: other?.text('TyperNotation'),
    promulgationAmount: other?.count('PromulgationAmount'),
    pageAmount: other?.count('PageAmount'),
    direction: other?.text('Direction'),
    appendixes: other ? texts(other.each('Appendixes', 'Appendix')) : [],
    responseFor,
    steeringType,
    toPlaces: texts(header.each('ToPlaces', 'Place')),
    trace: (trace?.each('TraceHeader') ?? []).map((fields) => ({
      organId: fields.optionalCode(),
      timestamp: fields.stamp('Timestamp'),
    })),
    businessReason: bussiness?.text('BussinessDocReason'),
    paper: paper === undefined ? undefined : paper === 1,
    staff: bussiness?.within('StaffInfo')?.staff(),
  };
  if (findings.errors.length > 0 || !sender || !business || !promulgationDate) return undefined;
  if (documentId === undefined || number === undefined || notation === undefined || subject === undefined)
    return undefined;
  return {
    kind: 'document',
    from: sender,
    to,
    documentId,
    number,
    notation,
    promulgationDate,
    subject,
    business,
    ...rest,
  };
}

/** Each agency once: a message may name it twice, and is delivered once. */
function readAddressees(header: Fields, findings: Findings): Organ[] {
  const addressees = header.each('To');
  if (addressees.length === 0) findings.error('addressees.missing', header.element, 'To is missing');
  const byCode = new Map<string, Organ>();
  for (const addressee of addressees) {
    const organ = addressee.organ();
    if (!organ) continue;
    if (byCode.has(organ.organId))
      findings.warn('addressee.repeated', addressee.element, `To ${organ.organId} stands twice`);
    else byCode.set(organ.organId, organ);
  }
  return [...byCode.values()];
}

function checkDocumentId(
  header: XmlElement,
  documentId: string,
  sender: Organ,
  promulgationDate: CalendarDate | undefined,
  findings: Findings,
): void {
  const element = header.first('DocumentId') ?? header;
  const parsed = parseReference(documentId);
  switch (parsed.kind) {
    case 'reference': {
      const { date, organId } = parsed.reference;
      if (promulgationDate && date !== promulgationDate)
        findings.warn('document_id.date_differs', element, `its date is ${date}, PromulgationDate ${promulgationDate}`);
      if (organId !== sender.organId)
        findings.warn('document_id.organ_differs', element, `its agency is ${organId}, From ${sender.organId}`);
      break;
    }
    case 'impossible_date':
      findings.warn('document_id.impossible_date', element, `${parsed.dateText} is no day`);
      break;
    case 'malformed':
      findings.warn('document_id.unusual', element, `${documentId} is not OrganId,yyyy/MM/dd,Number/Notation`);
      break;
    case 'uuid':
  }
}

function readUrgency(other: Fields): Urgency | undefined {
  const priority = other.choice('Priority', [0, 1, 2, 3, 4]);
  return priority === undefined ? undefined : urgencyOfPriority(priority);
}

function texts(fields: readonly Fields[]): string[] {
  return fields.flatMap((field) => field.ownText() ?? []);
}

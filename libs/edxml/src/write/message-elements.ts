import { type CalendarDate, URGENCIES, vietnamStamp } from '@axis/edoc';
import {
  type Business,
  BUSINESS_TYPES,
  type EdxmlDocument,
  type EdxmlStatus,
  MAX_LENGTHS,
  MAX_PLACE_LENGTHS,
  type Organ,
  type ResponseFor,
  type StaffInfo,
} from '../message/message';
import { clean, type Element, element, field, group, named, unprefixed } from './elements';

/** MessageHeader of a document (QCVN 102:2016/BTTTT), in the standard's order. */
export function documentHeader(message: EdxmlDocument): Element {
  const { documentType, signer } = message;
  return element(
    'MessageHeader',
    organ('From', message.from),
    message.to.map((addressee) => organ('To', addressee)),
    field('DocumentId', message.documentId),
    element('Code', field('CodeNumber', message.number), field('CodeNotation', message.notation)),
    element(
      'PromulgationInfo',
      field('Place', cut(message.promulgationPlace, MAX_PLACE_LENGTHS.PromulgationInfo)),
      field('PromulgationDate', slashed(message.promulgationDate)),
    ),
    documentType &&
      group(
        'DocumentType',
        field('Type', documentType.type),
        field('TypeDetail', documentType.typeDetail),
        limited('TypeName', documentType.typeName),
      ),
    limited('Subject', message.subject),
    limited('Content', message.content),
    signer &&
      group(
        'SignerInfo',
        field('Competence', signer.competence),
        field('Position', signer.position),
        field('FullName', signer.fullName),
      ),
    field('DueDate', slashed(message.dueDate)),
    otherInfo(message),
    message.responseFor.map(responseFor),
    field('SteeringType', message.steeringType),
    group(
      'ToPlaces',
      message.toPlaces.map((place) => field('Place', cut(place, MAX_PLACE_LENGTHS.ToPlaces))),
    ),
  );
}

/** TraceHeaderList of a document: its way so far, and what is to be done with it. */
export function traceHeaderList(message: EdxmlDocument): Element {
  return element(
    'TraceHeaderList',
    message.trace.map(({ organId, timestamp }) =>
      element(
        'TraceHeader',
        unprefixed('OrganId', organId),
        unprefixed('Timestamp', timestamp && vietnamStamp(timestamp)),
      ),
    ),
    element(
      'Bussiness',
      unprefixed('BussinessDocType', BUSINESS_TYPES.indexOf(message.business.type)),
      unprefixed('BussinessDocReason', message.businessReason),
      message.business.type === 'update' ? unprefixed('DocumentId', message.business.documentId) : undefined,
      unprefixed('Paper', message.paper === undefined ? undefined : Number(message.paper)),
      message.staff && staff(message.staff, unprefixed, (children) => named('StaffInfo', children)),
      concerned(message.business),
    ),
  );
}

/** MessageHeader of a status message. */
export function statusHeader(message: EdxmlStatus): Element {
  return element(
    'MessageHeader',
    organ('From', message.from),
    responseFor(message.responseFor),
    message.staff && staff(message.staff, field, (children) => element('StaffInfo', children)),
    field('StatusCode', message.statusCode),
    field('Description', message.description),
    field('Timestamp', message.timestamp && vietnamStamp(message.timestamp)),
  );
}

function otherInfo(message: EdxmlDocument): Element | undefined {
  return group(
    'OtherInfo',
    field('Priority', message.urgency && URGENCIES[message.urgency].priority),
    limited('SphereOfPromulgation', message.sphereOfPromulgation),
    limited('TyperNotation', message.typerNotation),
    field('PromulgationAmount', message.promulgationAmount),
    field('PageAmount', message.pageAmount),
    field('Direction', message.direction),
    group(
      'Appendixes',
      message.appendixes.map((appendix) => field('Appendix', appendix)),
    ),
  );
}

function organ(name: 'From' | 'To', agency: Organ): Element {
  return element(
    name,
    field('OrganId', agency.organId),
    limited('OrganizationInCharge', agency.organizationInCharge),
    limited('OrganName', agency.organName),
    limited('OrganAdd', agency.organAdd),
    limited('Email', agency.email),
    limited('Telephone', agency.telephone),
    limited('Fax', agency.fax),
    field('Website', agency.website),
  );
}

function responseFor(about: ResponseFor): Element {
  return element(
    'ResponseFor',
    field('OrganId', about.organId),
    field('Code', about.code),
    field('PromulgationDate', slashed(about.promulgationDate)),
    field('DocumentId', about.documentId),
  );
}

function staff(
  info: StaffInfo,
  one: typeof field,
  around: (children: (Element | undefined)[]) => Element,
): Element | undefined {
  const made = around([
    one('Department', info.department),
    one('Staff', info.staff),
    one('Mobile', info.mobile),
    one('Email', info.email),
  ]);
  return made.children.length > 0 ? made : undefined;
}

/** The documents and receivers an update or replacement concerns. */
function concerned(business: Business): Element | undefined {
  switch (business.type) {
    case 'new':
    case 'recall':
      return undefined;
    case 'update':
      return named(
        'BussinessDocumentInfo',
        unprefixed('DocumentInfo', Number(business.content)),
        unprefixed('DocumentReceiver', Number(business.receivers.length > 0)),
        business.receivers.length === 0
          ? undefined
          : named(
              'ReceiverList',
              business.receivers.map(({ organId, change }) =>
                named(
                  'Receiver',
                  unprefixed('OrganId', organId),
                  unprefixed('ReceiverType', change === 'added' ? 1 : 0),
                ),
              ),
            ),
      );
    case 'replace':
      return named(
        'ReplacementInfoList',
        business.replaced.map(({ documentId, organIds }) =>
          named(
            'ReplacementInfo',
            unprefixed('DocumentId', documentId),
            organIds.length === 0
              ? undefined
              : named(
                  'OrganIdList',
                  organIds.map((organId) => unprefixed('OrganId', organId)),
                ),
          ),
        ),
      );
  }
}

function slashed(date: CalendarDate | undefined): string | undefined {
  return date?.replaceAll('-', '/');
}

function limited(local: string, value: string | undefined): Element | undefined {
  return field(local, cut(value, MAX_LENGTHS[local]));
}

/** What came in longer than the standard allows does not go out so; the document itself holds the whole. */
function cut(value: string | undefined, limit = Infinity): string | undefined {
  if (value === undefined) return undefined;
  const characters = Array.from(clean(value));
  return characters.length <= limit ? value : `${characters.slice(0, limit - 1).join('')}…`;
}

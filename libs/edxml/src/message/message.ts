import type { AgencyCode, CalendarDate, StatusCode, Urgency } from '@axis/edoc';

/** An agency in From or To. */
export interface Organ {
  readonly organId: AgencyCode;
  readonly organizationInCharge?: string | undefined;
  readonly organName?: string | undefined;
  readonly organAdd?: string | undefined;
  readonly email?: string | undefined;
  readonly telephone?: string | undefined;
  readonly fax?: string | undefined;
  readonly website?: string | undefined;
}

export interface StaffInfo {
  readonly department?: string | undefined;
  readonly staff?: string | undefined;
  readonly mobile?: string | undefined;
  readonly email?: string | undefined;
}

/** The document a message answers. */
export interface ResponseFor {
  readonly organId?: AgencyCode | undefined;
  /** Number and notation, `7816/VPCP-TTĐT`. */
  readonly code?: string | undefined;
  readonly promulgationDate?: CalendarDate | undefined;
  readonly documentId?: string | undefined;
}

/** A stop on the message's way. Without an `organId` when the sender left it empty. */
export interface TraceHeader {
  readonly organId?: AgencyCode | undefined;
  readonly timestamp?: Date | undefined;
}

/** What is to be done with the document, and to which it refers. */
export type Business =
  | { readonly type: 'new' }
  /** `documentId` is the one recalled: the header's own. */
  | { readonly type: 'recall'; readonly documentId: string }
  | {
      readonly type: 'update';
      readonly documentId: string;
      /** Has the content changed? */
      readonly content: boolean;
      readonly receivers: readonly { readonly organId: AgencyCode; readonly change: 'added' | 'removed' }[];
    }
  | {
      readonly type: 'replace';
      /** Each replaced document once, with the agencies it is replaced for; none means all. */
      readonly replaced: readonly { readonly documentId: string; readonly organIds: readonly AgencyCode[] }[];
    };

export type BusinessType = Business['type'];

/** BussinessDocType of QCVN 102:2016/BTTTT, by number. */
export const BUSINESS_TYPES: readonly BusinessType[] = ['new', 'recall', 'update', 'replace'];

/** A document message, its attachments aside. */
export interface EdxmlDocument {
  readonly kind: 'document';
  readonly from: Organ;
  /** Each agency once. */
  readonly to: readonly Organ[];
  /** `OrganId,yyyy/MM/dd,Number/Notation`, or whatever the sender uses. */
  readonly documentId: string;
  readonly number: string;
  readonly notation: string;
  readonly promulgationPlace?: string | undefined;
  readonly promulgationDate: CalendarDate;
  readonly documentType?: {
    readonly type?: string | undefined;
    readonly typeDetail?: string | undefined;
    readonly typeName?: string | undefined;
  };
  readonly subject: string;
  readonly content?: string | undefined;
  readonly signer?: {
    readonly competence?: string | undefined;
    readonly position?: string | undefined;
    readonly fullName?: string | undefined;
  };
  readonly dueDate?: CalendarDate | undefined;
  readonly urgency?: Urgency | undefined;
  readonly sphereOfPromulgation?: string | undefined;
  readonly typerNotation?: string | undefined;
  readonly promulgationAmount?: number | undefined;
  readonly pageAmount?: number | undefined;
  readonly direction?: string | undefined;
  readonly appendixes: readonly string[];
  readonly responseFor: readonly ResponseFor[];
  /** 1 none, 2 steering, 3 steering report. */
  readonly steeringType?: 1 | 2 | 3 | undefined;
  readonly toPlaces: readonly string[];
  readonly trace: readonly TraceHeader[];
  readonly business: Business;
  readonly businessReason?: string | undefined;
  /** Is a copy on paper sent too? */
  readonly paper?: boolean | undefined;
  readonly staff?: StaffInfo | undefined;
}

/** A status message. It goes to the agency in `responseFor.organId`. */
export interface EdxmlStatus {
  readonly kind: 'status';
  readonly from: Organ;
  readonly responseFor: ResponseFor & { readonly organId: AgencyCode; readonly documentId: string };
  readonly staff?: StaffInfo | undefined;
  readonly statusCode: StatusCode;
  /** The reason, where one is required. */
  readonly description?: string | undefined;
  readonly timestamp?: Date | undefined;
}

export type EdxmlMessage = EdxmlDocument | EdxmlStatus;

/** The most characters a field may have (QCVN 102:2016/BTTTT); what is longer is accepted with a warning. */
export const MAX_LENGTHS: Readonly<Partial<Record<string, number>>> = {
  OrganizationInCharge: 500,
  OrganName: 200,
  OrganAdd: 500,
  Email: 100,
  Telephone: 20,
  Fax: 20,
  CodeNumber: 11,
  CodeNotation: 30,
  TypeName: 100,
  Subject: 500,
  Content: 500,
  SphereOfPromulgation: 100,
  TyperNotation: 10,
};
/** `Place` is shorter in PromulgationInfo than in ToPlaces. */
export const MAX_PLACE_LENGTHS = { PromulgationInfo: 50, ToPlaces: 150 } as const;

export const EDXML_NAMESPACE = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

/** What a sender may say of a document beyond the columns that are searched by; in the terms of QCVN 102. */
export interface DocumentDetails {
  /** The kind as the sender calls it, where that is not the name NĐ 30/2020/NĐ-CP has for it. */
  readonly kindName?: string | undefined;
  readonly signer?: PersonDetails | undefined;
  /** `yyyy-MM-dd`. */
  readonly dueOn?: string | undefined;
  readonly content?: string | undefined;
  readonly pageCount?: number | undefined;
  readonly promulgationPlace?: string | undefined;
  /** Lĩnh vực. */
  readonly sphere?: string | undefined;
  /** Ký hiệu người soạn thảo. */
  readonly typerNotation?: string | undefined;
  /** Số lượng bản phát hành. */
  readonly promulgationAmount?: number | undefined;
  readonly direction?: string | undefined;
  readonly appendixes?: readonly string[] | undefined;
  /** 1 none, 2 steering, 3 steering report. */
  readonly steeringType?: 1 | 2 | 3 | undefined;
  /** Nơi nhận as printed on the document. */
  readonly toPlaces?: readonly string[] | undefined;
  /** Who at the sending agency is in charge of it. */
  readonly staff?: StaffDetails | undefined;
  /** Is a copy on paper sent too? */
  readonly paper?: boolean | undefined;
  /** Why it is sent: of an update or a replacement mostly (BussinessDocReason). */
  readonly businessReason?: string | undefined;
  /** What came with it, where it came as an edXML message. */
  readonly edxml?: EdxmlFacts | undefined;
}

export interface PersonDetails {
  readonly fullName?: string | undefined;
  readonly position?: string | undefined;
  readonly competence?: string | undefined;
}

export interface StaffDetails {
  readonly name?: string | undefined;
  readonly department?: string | undefined;
  readonly mobile?: string | undefined;
  readonly email?: string | undefined;
}

/** An agency as a message presents it, beside its code. */
export interface OrganDetails {
  readonly organId: string;
  readonly organizationInCharge?: string | undefined;
  readonly organName?: string | undefined;
  readonly organAdd?: string | undefined;
  readonly email?: string | undefined;
  readonly telephone?: string | undefined;
  readonly fax?: string | undefined;
  readonly website?: string | undefined;
}

/** An edXML message as it was received. */
export interface EdxmlFacts {
  /** As the sender wrote it; receivers answer by it. */
  readonly documentId: string;
  /** Of the message's bytes, hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Codes of what was let pass, each once. */
  readonly warnings: readonly string[];
  /** What its XML signature is worth. */
  readonly signature: {
    readonly kind: 'absent' | 'intact' | 'weak' | 'broken' | 'unsupported';
    readonly detail?: string | undefined;
    /** SHA-256 of the signer's certificate, hexadecimal. */
    readonly certificate?: string | undefined;
  };
  readonly from: OrganDetails;
  readonly to: readonly OrganDetails[];
  /** Codes the directory does not know, skipped by policy. */
  readonly skipped?: readonly string[] | undefined;
  readonly documentType?: { readonly type?: string | undefined; readonly typeDetail?: string | undefined } | undefined;
  /** The documents it answers, as the sender wrote them. */
  readonly responseFor: readonly {
    readonly organId?: string | undefined;
    readonly code?: string | undefined;
    readonly promulgationDate?: string | undefined;
    readonly documentId?: string | undefined;
  }[];
  readonly trace: readonly { readonly organId?: string | undefined; readonly timestamp?: string | undefined }[];
  /** What was said of each file, the main PDF first. */
  readonly files: readonly {
    readonly description?: string | undefined;
    /** The ZIP it came in: its SHA-256, hexadecimal, and its size in bytes. */
    readonly zip?: { readonly sha256: string; readonly size: number } | undefined;
  }[];
}

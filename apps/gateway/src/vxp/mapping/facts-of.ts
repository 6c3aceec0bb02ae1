import { createHash } from 'node:crypto';
import type { EdxmlDocument, EdxmlReading, EnvelopeSignature, Organ } from '@axis/edxml';
import type { EdxmlFacts, OrganDetails } from '@axis/storage';
import type { TakenFile } from '../send/attachments';

interface Received {
  readonly reading: EdxmlReading;
  readonly message: EdxmlDocument;
  readonly files: readonly TakenFile[];
  /** Codes the directory does not know, skipped by policy. */
  readonly skipped: readonly string[];
  /** Warnings beside the reading's. */
  readonly warnings: readonly string[];
}

/** What is kept of a message beside the document it brought, so that nothing said in it is lost on the way out. */
export function factsOf({ reading, message, files, skipped, warnings }: Received): EdxmlFacts {
  const { documentType } = message;
  const { type, typeDetail } = documentType ?? {};
  return {
    documentId: message.documentId,
    sha256: reading.sha256,
    size: reading.size,
    warnings: [...new Set([...reading.warnings.map(({ code }) => code), ...warnings])],
    signature: signatureOf(reading.signature),
    from: organDetails(message.from),
    to: message.to.map(organDetails),
    ...(skipped.length > 0 && { skipped }),
    ...((type ?? typeDetail) !== undefined && { documentType: { type, typeDetail } }),
    responseFor: message.responseFor,
    trace: message.trace.map(({ organId, timestamp }) => ({ organId, timestamp: timestamp?.toISOString() })),
    files: files.map(({ attachment: { description, unwrappedFrom: zip } }) => ({
      ...(description !== undefined && { description }),
      ...(zip && { zip: { sha256: zip.sha256, size: zip.size } }),
    })),
  };
}

function signatureOf(signature: EnvelopeSignature): EdxmlFacts['signature'] {
  switch (signature.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'intact': {
      const certificate = createHash('sha256').update(signature.certificate).digest('hex');
      return { kind: 'intact', detail: `${signature.algorithm}, covers the ${signature.covers}`, certificate };
    }
    case 'weak':
      return { kind: 'weak', detail: signature.weakness };
    case 'broken':
    case 'unsupported':
      return { kind: signature.kind, detail: signature.reason };
  }
}

/** Without what was not said. */
function organDetails(organ: Organ): OrganDetails {
  return Object.fromEntries(
    Object.entries(organ).filter(([, value]) => value !== undefined),
  ) as unknown as OrganDetails;
}

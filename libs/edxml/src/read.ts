import { createHash } from 'node:crypto';
import { readAttachments, type EdxmlAttachment } from './attachments/attachment';
import type { ContentReceiver } from './attachments/intake';
import { type EdxmlFinding, Findings } from './findings';
import { MessageIntake } from './intake';
import { Fields } from './message/fields';
import { EDXML_NAMESPACE, type EdxmlMessage } from './message/message';
import { type Outline, outlineOf } from './message/outline';
import { readDocument } from './message/read-document';
import { readStatus } from './message/read-status';
import { warnOfStrangers } from './message/strangers';
import { XMLDSIG } from './signature/algorithms';
import type { EnvelopeSignature } from './signature/envelope-signature';
import { XmlFault } from './xml/fault';
import { XmlTokenizer } from './xml/tokenizer';
import type { XmlElement } from './xml/tree';
import { Utf8Decoder } from './xml/utf8';

export interface ReadOptions {
  /** Where the attachments' content goes; without it they are only hashed. */
  readonly receive?: ContentReceiver;
  /** Bytes an attachment may unpack to; default 1 GiB. */
  readonly maxUnwrapped?: number;
  /** What "in the future" means; default now. */
  readonly now?: Date;
}

export interface EdxmlReading {
  /** Everything said in the message; undefined when there is an error. */
  readonly message: EdxmlMessage | undefined;
  readonly attachments: readonly EdxmlAttachment[];
  readonly signature: EnvelopeSignature;
  /** Not to be accepted if there is any. */
  readonly errors: readonly EdxmlFinding[];
  /** Accepted, but not as the standard says. */
  readonly warnings: readonly EdxmlFinding[];
  /** What could be read even of a message with errors, as written. */
  readonly outline: Outline;
  /** Hex, over the bytes as they came; of a message that is no XML, over those that were read. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Larger chunks are taken in pieces, so that memory does not depend on the source. */
const PIECE = 64 * 1024;
const MAX_UNWRAPPED = 1024 ** 3;

/**
 * Reads an edXML message as it streams in; attachments pass through `receive` and are never held. Elements are known by
 * their local name, whatever their prefix and order.
 * @throws only what the source or a receiver throws; everything wrong with the message is in the reading.
 */
export async function readEdxml(source: AsyncIterable<Uint8Array>, options: ReadOptions = {}): Promise<EdxmlReading> {
  const { receive, maxUnwrapped = MAX_UNWRAPPED, now = new Date() } = options;
  const intake = new MessageIntake({ receive, maxUnwrapped });
  const hash = createHash('sha256');
  let size = 0;
  const findings = new Findings();
  try {
    await takeIn(source, intake, (bytes) => {
      hash.update(bytes);
      size += bytes.length;
    });
  } catch (error) {
    intake.abandon();
    if (!(error instanceof XmlFault)) throw error;
    findings.errors.push({ code: error.code, path: intake.path, ...error.at, message: error.detail });
  }
  const { root, signature } = intake;
  const isWhole = findings.errors.length === 0;
  const attachments = root && isWhole ? readAttachments(root, intake.contents, findings) : [];
  const message = root && isWhole ? interpret(root, signature, findings, now) : undefined;
  return {
    message: findings.errors.length === 0 ? message : undefined,
    attachments,
    signature,
    errors: findings.errors,
    warnings: findings.warnings,
    outline: outlineOf(root),
    sha256: hash.digest('hex'),
    size,
  };
}

async function takeIn(
  source: AsyncIterable<Uint8Array>,
  intake: MessageIntake,
  seen: (bytes: Uint8Array) => void,
): Promise<void> {
  const decoder = new Utf8Decoder();
  const tokenizer = new XmlTokenizer(intake);
  const take = async (decoded: ReturnType<Utf8Decoder['decode']>): Promise<void> => {
    if (decoded.kind === 'other_encoding')
      throw tokenizer.faultAtEnd('encoding.unsupported', `the text is ${decoded.encoding}, UTF-8 is read`);
    tokenizer.write(decoded.text);
    if (decoded.kind === 'invalid') throw tokenizer.faultAtEnd('encoding.invalid', 'bytes that are not UTF-8');
    await intake.settle();
  };
  for await (const chunk of source) {
    seen(chunk);
    for (let from = 0; from < chunk.length; from += PIECE)
      await take(decoder.decode(chunk.subarray(from, from + PIECE)));
  }
  await take(decoder.end());
  tokenizer.end();
  await intake.settle();
}

function interpret(
  root: XmlElement,
  signature: EnvelopeSignature,
  findings: Findings,
  now: Date,
): EdxmlMessage | undefined {
  const envelope = root.local === 'edXMLEnvelope' ? root : root.first('edXMLEnvelope');
  const header = envelope?.first('edXMLHeader') ?? envelope;
  const messageHeader = header?.first('MessageHeader');
  if (root.local !== 'edXML' && root.local !== 'edXMLEnvelope') {
    findings.error('root.unknown', root, `${root.local} is no edXML message`);
    return undefined;
  }
  if (!header || !messageHeader) {
    findings.error('element.missing', envelope ?? root, 'MessageHeader is missing');
    return undefined;
  }
  if (root.local !== 'edXML') findings.warn('root.unusual', root, 'the root element is not edXML');
  warnOfStrangers(root, EDXML_NAMESPACE, XMLDSIG, findings);
  warnOfSignature(signature, header, findings);
  const fields = new Fields(messageHeader, findings);
  if (messageHeader.first('StatusCode')) return readStatus(fields, findings);
  return readDocument(fields, new Fields(header, findings).within('TraceHeaderList'), findings, now);
}

function warnOfSignature(signature: EnvelopeSignature, header: XmlElement, findings: Findings): void {
  const element = header.first('Signature') ?? header;
  switch (signature.kind) {
    case 'absent':
      findings.warn('signature.missing', element, 'the message has no signature');
      break;
    case 'broken':
      findings.warn('signature.broken', element, `the signature does not hold: ${signature.reason}`);
      break;
    case 'weak':
      findings.warn('signature.weak', element, `the signature proves nothing any more: ${signature.weakness}`);
      break;
    case 'unsupported':
      findings.warn('signature.unsupported', element, `the signature cannot be checked: ${signature.reason}`);
      break;
    case 'intact':
      if (signature.covers === 'part') findings.warn('signature.partial', element, 'the signature covers only a part');
  }
}

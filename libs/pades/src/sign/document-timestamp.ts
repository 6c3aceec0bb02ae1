import { Increment, PdfDict, PdfFile, PdfName } from '../syntax';
import { placeSignature, targetField } from './field';
import { type TimestampSource, TOKEN_ROOM } from './sign-pdf';
import { SignatureSlot } from './signature-slot';

/**
 * Adds a document timestamp (ISO 32000-2 §12.8.5): an RFC 3161 token, in a field of its own that shows nothing, over the
 * whole file. It may follow even a certification that allows no changes.
 *
 * @throws PadesError as `signPdf`; PkiError of the time-stamping authority
 */
export async function addDocumentTimestamp(
  pdf: Buffer,
  timestamps: TimestampSource,
  alsoAdd: (increment: Increment) => void = () => undefined,
): Promise<Buffer> {
  const increment = new Increment(PdfFile.open(pdf));
  const target = targetField(increment, undefined, 'Timestamp');
  const ref = increment.reserve();
  placeSignature(increment, target, ref);
  alsoAdd(increment);
  const dictionary = PdfDict.of({
    Type: new PdfName('DocTimeStamp'),
    Filter: new PdfName('Adobe.PPKLite'),
    SubFilter: new PdfName('ETSI.RFC3161'),
  });
  const slot = SignatureSlot.write(increment, ref, dictionary, TOKEN_ROOM);
  return slot.fill(await timestamps.timestamp(Buffer.concat(slot.covered)));
}

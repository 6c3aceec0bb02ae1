import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReceivedFile } from './receive-files';
import type { Submission } from './submission.schema';

/** SHA-256 over all that was submitted, so that a repetition is told from a conflict. Independent of the JSON's layout (RFC 8785). */
export function fingerprint(submission: Submission, files: readonly ReceivedFile[]): Buffer {
  const sent = files.map(({ name, content }) => ({ name, sha256: content.sha256.toString('hex') }));
  return createHash('sha256')
    .update(canonicalize({ ...submission, files: sent }) ?? '')
    .digest();
}

import { createHmac, type KeyObject, sign } from 'node:crypto';

/** What a message is signed with: an own secret of the receiver, or a key of the axis. */
export type Signer = { readonly secret: string } | { readonly privateKey: KeyObject };

const PREFIX = 'whsec_';

/**
 * The headers of Standard Webhooks (standardwebhooks.com): id, time and body under each of the signers, by HMAC-SHA256
 * (`v1`) or Ed25519 (`v1a`).
 */
export function signedHeaders(id: string, time: Date, body: string, signers: readonly Signer[]) {
  const timestamp = Math.floor(time.getTime() / 1000).toString();
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signers.map((signer) => signatureOf(content, signer)).join(' '),
  };
}

function signatureOf(content: Buffer, signer: Signer): string {
  if ('privateKey' in signer) return `v1a,${sign(null, content, signer.privateKey).toString('base64')}`;
  const key = Buffer.from(signer.secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

import { PkiError } from '../errors';

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/** The DER of every block labelled `label` (`CERTIFICATE`, `X509 CRL`, …), in order. */
export function readPem(text: string, label: string): Buffer[] {
  const found = [...text.matchAll(block)].filter(([, name]) => name === label);
  if (found.length === 0) throw new PkiError('PEM_MALFORMED', `no ${label} block`);
  return found.map(([, , body]) => Buffer.from(body ?? '', 'base64'));
}

export function writePem(der: Uint8Array, label: string): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

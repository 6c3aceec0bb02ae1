import { refusal } from '@axis/edoc';
import type { EdxmlFinding, EdxmlReading } from '@axis/edxml';

/** Faults that are told; a message can have hundreds. */
const MOST_TOLD = 10;

/** @throws Refusal with every fault and its place, so that a vendor mends them in one go */
export function refuseFaulty({ errors }: EdxmlReading): void {
  if (errors.length === 0) return;
  const secret = errors.find(({ code }) => code === 'document.state_secret');
  if (secret) throw refusal('document.state_secret', { marking: secret.message.replace(/^marked /, '') });
  const detail = errors.slice(0, MOST_TOLD).map(told).join('; ');
  throw errors.every(({ code }) => code.startsWith('attachment.'))
    ? refusal('attachment.invalid', { detail })
    : refusal('edxml.invalid', { detail });
}

const told = ({ code, path, line, column, message }: EdxmlFinding): string =>
  `${code} (${line}:${column}, ${path.split('/').at(-1) ?? ''}): ${message}`;

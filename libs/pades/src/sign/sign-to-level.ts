import { PkiError } from '@axis/pki';

import { PadesError } from '../errors';
import type { PadesLevel } from '../validate/report';
import type { ValidationOptions } from '../validate/validate-pdf';
import { extendPdf } from './extend-pdf';
import { type SignOptions, signPdf, type TimestampSource } from './sign-pdf';

export interface SignToLevelOptions extends Omit<SignOptions, 'timestamps'> {
  readonly level: Exclude<PadesLevel, 'CMS'>;
  readonly timestamps: TimestampSource;
  /** For the evidence of B-LT and B-LTA: whom to trust, and where to ask for revocation status. */
  readonly validation: ValidationOptions;
}

export interface SignedToLevel {
  readonly pdf: Buffer;
  readonly level: Exclude<PadesLevel, 'CMS'>;
  /** Why a lower level than wanted was reached. `extendPdf` raises the file once that is over. */
  readonly shortfall?: { readonly code: PkiError['code'] | PadesError['code']; readonly message: string };
}

/**
 * Signs at the level wanted or, when a time-stamping authority or a revocation service is away, at the level that can be
 * had: a document does not wait for someone else's server.
 *
 * @throws PadesError as `signPdf`; PkiError of the key
 */
export async function signToLevel(pdf: Buffer, options: SignToLevelOptions): Promise<SignedToLevel> {
  const { level, timestamps, validation, ...plain } = options;
  if (level === 'B-B') return { pdf: await signPdf(pdf, plain), level };
  const stamped = await attempt(() => signPdf(pdf, { ...plain, timestamps }));
  if (!('value' in stamped)) return { pdf: await signPdf(pdf, plain), level: 'B-B', shortfall: stamped.shortfall };
  if (level === 'B-T') return { pdf: stamped.value, level };
  const raised = await attempt(() => extendPdf(stamped.value, { ...validation, level, timestamps }));
  if ('value' in raised) return { pdf: raised.value, level };
  return { pdf: stamped.value, level: 'B-T', shortfall: raised.shortfall };
}

type Attempt<T> = { readonly value: T } | { readonly shortfall: NonNullable<SignedToLevel['shortfall']> };

async function attempt<T>(make: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await make() };
  } catch (error) {
    const isService = error instanceof PkiError && /^(HTTP|TIMESTAMP|OCSP)_/.test(error.code);
    const isEvidence = error instanceof PadesError && error.code === 'not-valid';
    if (!isService && !isEvidence) throw error;
    return { shortfall: { code: error.code, message: error.message } };
  }
}

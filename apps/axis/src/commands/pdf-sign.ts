import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type SignatureLook, signPdf, signToLevel } from '@axis/pades';
import { CertificateValidator, HttpRevocationSource, openPkcs12, TimestampClient, trustPolicy } from '@axis/pki';
import { type Command, tell, UsageError } from './command';
import { readAnchors, readCrls } from './trust-files';

const LEVELS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
const USAGE = `pdf sign IN OUT --p12 FILE --password-env NAME [--level ${LEVELS.join('|')}] [--tsa URL] [--trust PEM]… [--crl FILE]…
    [--field NAME] [--reason TEXT] [--location TEXT] [--pss] [--hash sha256|sha384|sha512]
    [--visible person|seal --image PNG --anchor TEXT] [--agency NAME]`;

/**
 * `axis pdf sign`: signs by incremental update. Levels above B-B need --tsa; B-LT and B-LTA also whom to trust. 2 when only a
 * lower level could be reached.
 */
export const pdfSign: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      p12: { type: 'string' },
      'password-env': { type: 'string' },
      level: { type: 'string', default: 'B-B' },
      tsa: { type: 'string' },
      trust: { type: 'string', multiple: true },
      crl: { type: 'string', multiple: true },
      field: { type: 'string' },
      reason: { type: 'string' },
      location: { type: 'string' },
      pss: { type: 'boolean' },
      hash: { type: 'string' },
      visible: { type: 'string' },
      image: { type: 'string' },
      anchor: { type: 'string' },
      agency: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [input, output] = positionals;
  const level = LEVELS.find((known) => known === values.level);
  if (input === undefined || output === undefined || values.p12 === undefined || !level) throw new UsageError(USAGE);
  if (level !== 'B-B' && values.tsa === undefined) throw new UsageError(`${USAGE}\nLevel ${level} needs --tsa.`);

  const key = openPkcs12(await readFile(values.p12), passwordFrom(values['password-env']), {
    ...(values.pss && { algorithm: 'RSA-PSS' as const }),
    ...(values.hash !== undefined && { hash: hashOf(values.hash) }),
  });
  const look = await lookOf(values);
  const claims = {
    key,
    signingTime: new Date(),
    ...(values.field !== undefined && { fieldName: values.field }),
    ...(values.reason !== undefined && { reason: values.reason }),
    ...(values.location !== undefined && { location: values.location }),
    ...(look && { look }),
  };
  const pdf = await readFile(input);
  if (values.tsa === undefined) {
    await writeFile(output, await signPdf(pdf, claims));
    tell(`${output}: B-B, ${key.certificate.subject.toString()}`);
    return 0;
  }
  const signed = await signToLevel(pdf, {
    ...claims,
    level,
    timestamps: new TimestampClient({ url: values.tsa }),
    validation: {
      trust: new CertificateValidator(trustPolicy(await readAnchors(values.trust))),
      material: { crls: await readCrls(values.crl), ocspResponses: [] },
      source: new HttpRevocationSource(),
    },
  });
  await writeFile(output, signed.pdf);
  tell(`${output}: ${signed.level}, ${key.certificate.subject.toString()}`);
  if (!signed.shortfall) return 0;
  tell(`Level ${level} could not be reached: ${signed.shortfall.code}: ${signed.shortfall.message}`);
  return 2;
};

function passwordFrom(variable: string | undefined): string {
  const password = variable === undefined ? '' : process.env[variable];
  if (password === undefined) throw new UsageError(`${USAGE}\nThe variable ${String(variable)} is not set.`);
  return password;
}

function hashOf(text: string): 'sha256' | 'sha384' | 'sha512' {
  const hash = (['sha256', 'sha384', 'sha512'] as const).find((known) => known === text);
  if (!hash) throw new UsageError(`${USAGE}\n--hash ${text} is none of those.`);
  return hash;
}

async function lookOf(values: {
  visible?: string | undefined;
  image?: string | undefined;
  anchor?: string | undefined;
  agency?: string | undefined;
}): Promise<SignatureLook | undefined> {
  const { visible, image, anchor, agency } = values;
  if (visible === undefined) return undefined;
  if ((visible !== 'person' && visible !== 'seal') || image === undefined || anchor === undefined) {
    throw new UsageError(`${USAGE}\n--visible needs person or seal, --image and --anchor.`);
  }
  const png = await readFile(image);
  const place = { anchor, side: 'above' } as const;
  return visible === 'person'
    ? { kind: 'person', image: png, place }
    : { kind: 'seal', image: png, agency: agency ?? '', place };
}

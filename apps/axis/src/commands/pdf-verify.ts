import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { reportJson, validatePdf, type ValidationOptions, type ValidationReport } from '@axis/pades';
import { CertificateValidator, HttpRevocationSource, trustPolicy } from '@axis/pki';
import { type Command, print, printJson, UsageError } from './command';
import { readAnchors, readCrls } from './trust-files';

const USAGE = 'pdf verify FILE… [--trust PEM]… [--crl FILE]… [--at TIME] [--offline] [--crypto-only] [--json]';

/**
 * `axis pdf verify`: validates every signature of every file. 0 all passed, 1 some failed, 2 some indeterminate, 3 some
 * unreadable or unsigned; the worst counts.
 */
export const pdfVerify: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      trust: { type: 'string', multiple: true },
      crl: { type: 'string', multiple: true },
      at: { type: 'string' },
      offline: { type: 'boolean' },
      'crypto-only': { type: 'boolean' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new UsageError(USAGE);
  const options = await optionsOf(values);
  let worst = 0;
  for (const file of positionals) {
    const started = performance.now();
    const report = await verifyFile(file, options);
    const ms = Math.round((performance.now() - started) * 1000) / 1000;
    worst = Math.max(worst, exitCodeOf(report));
    if (values.json) printJson({ file, ...reportJson(report), ms });
    else forPeople(file, report).forEach(print);
  }
  return worst;
};

async function optionsOf(values: {
  trust?: string[] | undefined;
  crl?: string[] | undefined;
  at?: string | undefined;
  offline?: boolean | undefined;
  'crypto-only'?: boolean | undefined;
}): Promise<ValidationOptions> {
  const at = values.at === undefined ? undefined : new Date(values.at);
  if (at && Number.isNaN(at.getTime())) throw new UsageError(`${USAGE}\n--at ${String(values.at)} is no time`);
  const trust = values['crypto-only'] ? 'none' : new CertificateValidator(trustPolicy(await readAnchors(values.trust)));
  return {
    trust,
    ...(at && { at }),
    material: { crls: await readCrls(values.crl), ocspResponses: [] },
    ...(!values.offline && { source: new HttpRevocationSource() }),
  };
}

/** A file that cannot be opened is told as one that cannot be read, so that the others are still answered. */
async function verifyFile(file: string, options: ValidationOptions): Promise<ValidationReport> {
  let pdf: Buffer;
  try {
    pdf = await readFile(file);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const problem = { code: 'damaged', en: 'The file cannot be opened.', vi: 'Không mở được tệp.', detail } as const;
    return {
      status: 'unreadable',
      indication: 'TOTAL-FAILED',
      subIndication: 'FORMAT_FAILURE',
      signatures: [],
      problems: [problem],
    };
  }
  return validatePdf(pdf, options);
}

function exitCodeOf({ status, indication }: ValidationReport): number {
  if (status !== 'validated') return 3;
  return { 'TOTAL-PASSED': 0, 'TOTAL-FAILED': 1, INDETERMINATE: 2 }[indication];
}

function forPeople(
  file: string,
  { status, indication, subIndication, signatures, problems }: ValidationReport,
): string[] {
  const verdict = subIndication === undefined ? indication : `${indication} (${subIndication})`;
  return [
    `${indication === 'TOTAL-PASSED' && status === 'validated' ? '✓' : '✗'} ${file}: ${verdict}`,
    ...problems.map(({ vi }) => `    ${vi}`),
    ...signatures.flatMap(({ field, signer, level, indication: found, signingTime, reasons }) => [
      `  ${field}: ${signer ?? '?'}, ${level ?? '?'}, ${signingTime?.toISOString() ?? ''} – ${found}`,
      ...reasons.map(({ vi }) => `    ${vi}`),
    ]),
  ];
}

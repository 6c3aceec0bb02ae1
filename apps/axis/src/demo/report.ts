import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Evidence, verifyReceipt } from '@axis/evidence';
import { Certificate } from '@axis/pki';
import type { Config } from '@axis/platform';
import { type Outcome, RECEIVERS } from './scenario';

/** What `npm run demo -- --json` prints. */
export interface DemoReport {
  readonly documentId: string;
  readonly signatures: readonly { readonly signer: string; readonly indication: string }[];
  readonly deliveries: readonly {
    readonly agency: string;
    readonly requestedAs: string;
    readonly state: string;
    readonly statuses: readonly string[];
    /** Kinds of the document's own receipts and of this delivery's, in the order of their events. */
    readonly receipts: readonly string[];
  }[];
  readonly receipts: { readonly total: number; readonly verified: number };
  readonly files: { readonly document: string; readonly receipts: readonly string[] };
  readonly seconds: { readonly install: number; readonly start: number; readonly job: number };
}

/** Writes the signed PDF and every receipt below the data folder, each receipt checked as its reader would check it. */
export async function writeReport(
  { document, pdf, deliveries, receipts }: Outcome,
  config: Config,
  seconds: DemoReport['seconds'],
): Promise<{ report: DemoReport; evidence: readonly Evidence[] }> {
  const dir = join(config.home, 'demo');
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(dir, 'receipts'), { recursive: true });
  const documentFile = join(dir, document.files[0]?.name ?? 'document.pdf');
  await writeFile(documentFile, pdf);

  const trust = Certificate.listFromPem(await readFile(join(config.keys.dir, 'evidence-trust.pem'), 'utf8'));
  const evidence: Evidence[] = [];
  const receiptFiles: string[] = [];
  for (const [index, { jws, kind }] of receipts.entries()) {
    const file = join(dir, 'receipts', `${String(index + 1).padStart(2, '0')}-${kind}.jws`);
    await writeFile(file, jws);
    receiptFiles.push(file);
    const verdict = verifyReceipt(await readFile(file, 'utf8'), trust);
    if (verdict.ok) evidence.push(verdict.evidence);
  }
  const report: DemoReport = {
    documentId: document.id,
    signatures: (document.signatures ?? []).map(({ signer, indication }) => ({ signer, indication })),
    deliveries: deliveries.map(({ delivery, statuses }) => ({
      agency: delivery.agency.code,
      requestedAs: delivery.requestedAs.join(', '),
      state: delivery.state,
      statuses,
      receipts: receipts
        .filter(({ deliveryId }) => deliveryId === null || deliveryId === delivery.id)
        .map(({ kind }) => kind),
    })),
    receipts: { total: receipts.length, verified: evidence.length },
    files: { document: documentFile, receipts: receiptFiles },
    seconds,
  };
  return { report, evidence };
}

/** What is not as it must be; empty when the demo did its whole job. */
export function faultsOf(report: DemoReport): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const passed = report.signatures.filter(({ indication }) => indication === 'TOTAL-PASSED');
  expect(passed.length === 2 && report.signatures.length === 2, 'the document does not carry two valid signatures');
  expect(report.deliveries.length === RECEIVERS.length, `there are ${report.deliveries.length} deliveries`);
  for (const { agency, requestedAs, state, statuses } of RECEIVERS) {
    const delivery = report.deliveries.find((one) => one.agency === agency);
    expect(delivery?.requestedAs === requestedAs, `${agency} did not get what was addressed to ${requestedAs}`);
    expect(delivery?.state === state, `the delivery to ${agency} is ${String(delivery?.state)}, not ${state}`);
    expect(delivery?.statuses.join() === statuses.map(({ code }) => code).join(), `statuses of ${agency} are missing`);
    const count = 1 + 2 + statuses.length;
    expect(delivery?.receipts.length === count, `${agency} does not have ${count} receipts`);
  }
  expect(report.receipts.verified === report.receipts.total, 'a receipt does not verify');
  return faults;
}

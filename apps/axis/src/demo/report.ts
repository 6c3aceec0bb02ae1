import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Evidence, verifyReceipt } from '@axis/evidence';
import { Certificate } from '@axis/pki';
import type { Config } from '@axis/platform';
import { type Outcome, RECEIVERS } from './scenario';

/** Receipts, and how many of them verify. */
interface Checked {
  readonly total: number;
  readonly verified: number;
}

/** What was played. */
export interface Played {
  readonly main: Outcome;
  readonly answer: Outcome & { readonly answers: string };
  readonly recall: Outcome;
}

/** What `npm run demo -- --json` prints: the main document, then its answer, and a recall. */
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
  readonly receipts: Checked;
  /** What one receiver sent back. */
  readonly answer: { readonly documentId: string; readonly answers: string; readonly receipts: Checked };
  /** A document that was sent by mistake and taken back. */
  readonly recall: {
    readonly documentId: string;
    readonly deliveries: readonly { readonly agency: string; readonly state: string; readonly recall: string }[];
    readonly receipts: Checked;
  };
  readonly files: { readonly document: string; readonly receipts: readonly string[] };
  readonly seconds: { readonly install: number; readonly start: number; readonly job: number };
}

/** Writes the signed PDFs and every receipt below the data folder, each receipt checked as its reader would check it. */
export async function writeReport(
  { main, answer, recall }: Played,
  config: Config,
  seconds: DemoReport['seconds'],
): Promise<{ report: DemoReport; evidence: readonly (readonly Evidence[])[] }> {
  const dir = join(config.home, 'demo');
  await rm(dir, { recursive: true, force: true });
  const trust = Certificate.listFromPem(await readFile(join(config.keys.dir, 'evidence-trust.pem'), 'utf8'));
  const written = await writeOutcome(main, dir, 'receipts', trust);
  const answered = await writeOutcome(answer, dir, 'answer-receipts', trust);
  const recalled = await writeOutcome(recall, dir, 'recall-receipts', trust);

  const { document, deliveries, receipts } = main;
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
    receipts: written.checked,
    answer: { documentId: answer.document.id, answers: answer.answers, receipts: answered.checked },
    recall: {
      documentId: recall.document.id,
      deliveries: recall.deliveries.map(({ delivery: { agency, state, recall: asked } }) => ({
        agency: agency.code,
        state,
        recall: asked,
      })),
      receipts: recalled.checked,
    },
    files: { document: written.document, receipts: written.receipts },
    seconds,
  };
  return { report, evidence: [written.evidence, answered.evidence, recalled.evidence] };
}

async function writeOutcome({ document, pdf, receipts }: Outcome, dir: string, folder: string, trust: Certificate[]) {
  await mkdir(join(dir, folder), { recursive: true });
  const documentFile = join(dir, document.files[0]?.name ?? 'document.pdf');
  await writeFile(documentFile, pdf);
  const evidence: Evidence[] = [];
  const files: string[] = [];
  for (const [index, { jws, kind }] of receipts.entries()) {
    const file = join(dir, folder, `${String(index + 1).padStart(2, '0')}-${kind}.jws`);
    await writeFile(file, jws);
    files.push(file);
    const verdict = verifyReceipt(await readFile(file, 'utf8'), trust);
    if (verdict.ok) evidence.push(verdict.evidence);
  }
  return {
    document: documentFile,
    receipts: files,
    evidence,
    checked: { total: receipts.length, verified: evidence.length },
  };
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
  for (const { verified, total } of [report.receipts, report.answer.receipts, report.recall.receipts]) {
    expect(verified === total && total > 0, 'a receipt does not verify');
  }
  const taken = report.recall.deliveries.map(({ agency, state }) => `${agency} ${state}`);
  expect(taken.sort().join() === 'G07 withdrawn,H17.05 recalled', `the recall ended as ${taken.join()}`);
  return faults;
}

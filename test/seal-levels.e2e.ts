import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { validatePdf } from '@axis/pades';
import { answerTimestampRequest, CertificateAuthority, Name } from '@axis/pki';
import { type Running, startServices } from '@axis/service';
import { type PkiServer, startPkiServer } from '@axis/testing';
import { allServices } from '../apps/axis/src/environment/all-services';
import { KeyRing } from '../apps/signer/src/key-ring';
import { RaiseSeals } from '../apps/signer/src/raise-seals';
import { letter, signedPdf } from './support/letter';
import { type Joined, joinAt, TestGround } from './support/test-axis';

/** A time-stamping authority that can be away. */
let authorityIsAway = false;
let server: PkiServer;
let ground: TestGround;
let running: Running;
let sender: Joined;

beforeAll(async () => {
  const root = CertificateAuthority.createRoot(Name.of([['CN', 'CA dấu thời gian thử nghiệm']]));
  const stamper = root.issueTimestamper(Name.of([['CN', 'Dịch vụ dấu thời gian thử nghiệm']])).signingKey();
  server = await startPkiServer(async (_path, body) =>
    authorityIsAway ? { status: 503 } : { body: await answerTimestampRequest(body, stamper) },
  );
  ground = await TestGround.prepare({ SEAL_LEVEL: 'B-LTA', TSA_URL: server.url });
  const trust = join(ground.config.keys.dir, 'trust');
  await writeFile(join(trust, 'tsa.pem'), root.certificate.toPem());
  await writeFile(join(trust, 'tsa.crl'), root.crl());
  running = await startServices(allServices, ground.config);
  sender = await joinAt(running.url, ground, 'G22');
});

afterAll(async () => {
  await running.stop();
  await server.close();
  await ground.clear();
});

const levels = async (id: string): Promise<unknown[]> =>
  ((await sender.dms.document(id)).signatures ?? []).map((signature) => (signature as { level?: string }).level);

describe('the level of a seal', () => {
  it('is the one wanted when the time-stamping authority answers', async () => {
    const sent = await sender.dms.send(letter({ seal: true }), [
      { name: 'a.pdf', bytes: await signedPdf(ground.config.keys.dir, 'first') },
    ]);
    expect(sent.rejection).toBeNull();
    expect(new Set(await levels(sent.id)).has('B-LTA')).toBe(true);
  });

  it('falls short while the authority is away, holds up nobody, and is raised once it is back', async () => {
    authorityIsAway = true;
    const sent = await sender.dms.send(letter({ seal: true }), [
      { name: 'b.pdf', bytes: await signedPdf(ground.config.keys.dir, 'second') },
    ]);
    expect(sent.rejection).toBeNull();
    expect(await levels(sent.id)).toEqual(['B-B', 'B-B']);
    const [before] = sent.files;
    const early = before && (await sender.dms.fetchFile(before));
    expect(await ground.count('documents', 'seal_falls_short')).toBe(1);

    const raiser = running.app.get(RaiseSeals, { strict: false });
    expect(await raiser.raiseAll()).toBe(0);

    authorityIsAway = false;
    // A failed authority is left alone for a while; the raiser tries again until it answers.
    for (let tries = 0; tries < 40 && (await raiser.raiseAll()) === 0; tries += 1) await pause(250);
    expect(await ground.count('documents', 'seal_falls_short')).toBe(0);

    const raised = await sender.dms.document(sent.id);
    const [after] = raised.files;
    const late = after && (await sender.dms.fetchFile(after));
    if (!early || !late) throw new Error('a document has its main PDF');
    expect(late.subarray(0, early.length).equals(early)).toBe(true);
    const { validation } = await KeyRing.open(ground.config);
    const report = await validatePdf(late, validation);
    expect(report.indication).toBe('TOTAL-PASSED');
    expect(report.signatures.map(({ level }) => level)).toContain('B-LTA');
  });
});

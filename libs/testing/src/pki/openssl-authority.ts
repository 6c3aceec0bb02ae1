import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate, CertificateAuthority, IssuedKey } from '@axis/pki';
import { PkiServer, startPkiServer } from './pki-server';

/** A time-stamping authority whose tokens are made by `openssl ts`, over HTTP. `args` go to openssl as they are. */
export async function startOpensslTimestamper(issued: IssuedKey, args: readonly string[] = []): Promise<PkiServer> {
  const folder = new KeyFolder(issued);
  folder.write('serial', '01');
  const config = folder.write(
    'tsa.cnf',
    `[tsa]\ndefault_tsa = sample
[sample]
serial = ${folder.path('serial')}
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
`,
  );
  const server = await startPkiServer((_, body) => {
    const request = folder.write('request.tsq', body);
    execFileSync(
      'openssl',
      ['ts', '-reply', '-config', config, '-queryfile', request, '-out', folder.path('reply.tsr')]
        .concat('-signer', folder.certificate, '-inkey', folder.key, '-chain', folder.chain)
        .concat(args),
      { stdio: 'pipe' },
    );
    return { body: readFileSync(folder.path('reply.tsr')) };
  });
  return folder.removedWith(server);
}

/** An OCSP responder whose answers are made by `openssl ocsp`, over HTTP, for what `authority` issued. */
export async function startOpensslResponder(
  authority: CertificateAuthority,
  responder: IssuedKey,
  issued: readonly Certificate[],
): Promise<PkiServer> {
  const folder = new KeyFolder(responder);
  const authorityFile = folder.write('ca.pem', authority.certificate.toPem());
  const server = await startPkiServer((_, body) => {
    const lines = issued.map((certificate) => {
      const revoked = authority.revoked.find((entry) => entry.serial === certificate.serial);
      const stamp = (time: Date): string => `${time.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`;
      const columns = [
        revoked ? 'R' : 'V',
        stamp(certificate.notAfter),
        revoked ? `${stamp(revoked.revokedAt)},keyCompromise` : '',
        certificate.serial.toUpperCase(),
        'unknown',
        '/CN=x',
      ];
      return columns.join('\t');
    });
    const index = folder.write('index.txt', `${lines.join('\n')}\n`);
    execFileSync(
      'openssl',
      ['ocsp', '-index', index, '-CA', authorityFile, '-ndays', '1']
        .concat('-rsigner', folder.certificate, '-rkey', folder.key)
        .concat('-reqin', folder.write('request.der', body), '-respout', folder.path('response.der')),
      { stdio: 'pipe' },
    );
    return { body: readFileSync(folder.path('response.der')) };
  });
  return folder.removedWith(server);
}

/** A key and its certificates as files that openssl reads. */
class KeyFolder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'axis-pki-'));
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;

  constructor(issued: IssuedKey) {
    this.key = this.write('key.pem', issued.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    this.certificate = this.write('certificate.pem', issued.certificate.toPem());
    this.chain = this.write('chain.pem', issued.chain.map((certificate) => certificate.toPem()).join(''));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  removedWith(server: PkiServer): PkiServer {
    return {
      url: server.url,
      get requests() {
        return server.requests;
      },
      close: async () => {
        await server.close();
        rmSync(this.folder, { recursive: true });
      },
    };
  }
}

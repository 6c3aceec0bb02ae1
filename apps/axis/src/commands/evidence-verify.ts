import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyReceipt } from '@axis/evidence';
import { Certificate } from '@axis/pki';
import { loadConfig } from '@axis/platform';
import { type Command, print, printJson, UsageError } from './command';

/** `axis evidence verify RECEIPT… [--trust PEM]… [--json]`: checks receipts offline. 0 all good, 1 some not, 3 unreadable. */
export const evidenceVerify: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { trust: { type: 'string', multiple: true }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new UsageError('evidence verify RECEIPT… [--trust PEM]… [--json]');
  const anchors = values.trust ?? [join(loadConfig(process.env).keys.dir, 'evidence-trust.pem')];
  const trust = (await Promise.all(anchors.map((path) => readFile(path, 'utf8')))).flatMap((pem) =>
    Certificate.listFromPem(pem),
  );
  let worst = 0;
  for (const file of positionals) {
    const jws = await readFile(file, 'utf8').catch((error: unknown) => String(error));
    const verdict = verifyReceipt(jws, trust);
    if (!verdict.ok) worst = Math.max(worst, verdict.code === 'receipt.malformed' ? 3 : 1);
    if (values.json) printJson({ file, ...verdict });
    else if (verdict.ok)
      print(`✓ ${file}: ${verdict.evidence.kind} ${verdict.evidence.occurredAt}, ${verdict.signedBy}`);
    else print(`✗ ${file}: ${verdict.code}: ${verdict.detail}`);
  }
  return worst;
};

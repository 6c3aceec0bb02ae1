import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageSet } from '../packages/unpacked-packages';

/** RabbitMQ and its Erlang, wholly: a part of Erlang installed elsewhere would not be found by the other parts. */
export const RABBITMQ_PACKAGES: PackageSet = {
  name: 'rabbitmq',
  packages: ['rabbitmq-server'],
  whole: /^(erlang|rabbitmq)/,
  adapt: makeErlangMovable,
};

/** Debian's scripts say that Erlang lies in /usr/lib/erlang; these say it lies where they do. */
async function makeErlangMovable(root: string): Promise<void> {
  for (const script of ['erl', 'start']) {
    const file = join(root, 'usr/lib/erlang/bin', script);
    const text = await readFile(file, 'utf8');
    const here = '"$(dirname "$(dirname "$(readlink -f "$0")")")"';
    await writeFile(file, text.replace(/^(\s*ROOTDIR=)"?\/usr\/lib\/erlang"?$/gm, `$1${here}`));
  }
}

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { libraryFolders } from '../packages/unpacked-packages';
import { findProgram, programFolders } from '../process/run-as';

/** A RabbitMQ and its Erlang on this machine's disk. */
export interface Installation {
  readonly version: string;
  /** RabbitMQ's own start script: the packages' wrapper around it would change to a system user. */
  readonly serverScript: string;
  /** PATH and library paths that let the script find its Erlang. */
  readonly environment: NodeJS.ProcessEnv;
}

/** The RabbitMQ this machine's owner installed, if there is one with its Erlang. */
export function installedRabbitMq(): Installation | undefined {
  if (!['erl', 'epmd'].every(findProgram)) return undefined;
  const script = [scriptBelow('/usr/lib/rabbitmq'), scriptBelow('/opt/rabbitmq'), scriptOnPath()].find(Boolean);
  return script === undefined ? undefined : describe(script, { PATH: programFolders().join(delimiter) });
}

/** The RabbitMQ whose packages were unpacked into `root`. */
export function unpackedRabbitMq(root: string): Installation | undefined {
  const script = scriptBelow(join(root, 'usr/lib/rabbitmq'));
  if (script === undefined) return undefined;
  const libraries = libraryFolders(root);
  return describe(script, {
    PATH: [join(root, 'usr/lib/erlang/bin'), join(root, 'usr/bin'), ...programFolders()].join(delimiter),
    ...(libraries.length > 0 && { LD_LIBRARY_PATH: libraries.join(delimiter) }),
  });
}

function describe(serverScript: string, environment: NodeJS.ProcessEnv): Installation {
  const version = /rabbitmq_server-([\d.]+)/.exec(serverScript)?.[1] ?? 'of unknown version';
  return { version, serverScript, environment };
}

/** `lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server` in Debian's and RPM packages, `sbin/…` in the generic build. */
function scriptBelow(folder: string): string | undefined {
  const versions = existsSync(join(folder, 'lib')) ? readdirSync(join(folder, 'lib')) : [];
  return [...versions.map((name) => join(folder, 'lib', name)), folder]
    .map((home) => join(home, 'sbin/rabbitmq-server'))
    .find((script) => existsSync(script));
}

function scriptOnPath(): string | undefined {
  const program = findProgram('rabbitmq-server');
  const script = program === undefined ? undefined : realpathSync(program);
  return script?.endsWith('sbin/rabbitmq-server') ? script : undefined;
}

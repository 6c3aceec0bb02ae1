import { EmbeddedError } from '@axis/embedded';
import { PadesError } from '@axis/pades';
import { PkiError } from '@axis/pki';
import { ConfigError } from '@axis/platform';
import { type Command, print, tell, UsageError } from './commands/command';

/** Each command is loaded when it is called, so that the short ones start at once. */
const COMMANDS: Readonly<Record<string, { readonly does: string; load(): Promise<Command> }>> = {
  start: { does: 'run the whole axis', load: async () => (await import('./commands/start.js')).start },
  demo: {
    does: 'send real documents between sample agencies',
    load: async () => (await import('./commands/demo.js')).demo,
  },
  reset: { does: 'remove all data in this folder', load: async () => (await import('./commands/reset.js')).reset },
  doctor: {
    does: 'say what this machine has and lacks',
    load: async () => (await import('./commands/doctor.js')).doctor,
  },
  bench: {
    does: 'measure documents/s, or signatures',
    load: async () => (await import('./commands/bench.js')).bench,
  },
  'agency import': {
    does: 'bring in a directory file',
    load: async () => (await import('./commands/agency-import.js')).agencyImport,
  },
  'agency export': {
    does: 'write the directory into a file',
    load: async () => (await import('./commands/agency-export.js')).agencyExport,
  },
  'agency show': {
    does: 'show an agency of the directory',
    load: async () => (await import('./commands/agency-show.js')).agencyShow,
  },
  'agency signer': {
    does: 'bind a certificate to an agency',
    load: async () => (await import('./commands/agency-signer.js')).agencySigner,
  },
  'system register': {
    does: 'join a document system',
    load: async () => (await import('./commands/system-register.js')).systemRegister,
  },
  'system disable': {
    does: 'shut a document system out',
    load: async () => (await import('./commands/system-disable.js')).systemDisable,
  },
  'system amqp': {
    does: 'give a document system a queue of its own on the broker',
    load: async () => (await import('./commands/system-amqp.js')).systemAmqp,
  },
  'secrets reseal': {
    does: 'seal all secrets by a new key',
    load: async () => (await import('./commands/secrets-reseal.js')).secretsReseal,
  },
  'pdf sign': { does: 'sign a PDF (PAdES)', load: async () => (await import('./commands/pdf-sign.js')).pdfSign },
  'pdf verify': {
    does: 'validate the signatures of PDFs',
    load: async () => (await import('./commands/pdf-verify.js')).pdfVerify,
  },
  'cert verify': {
    does: 'validate certificate paths',
    load: async () => (await import('./commands/cert-verify.js')).certVerify,
  },
  'edxml check': {
    does: 'check edXML messages',
    load: async () => (await import('./commands/edxml-check.js')).edxmlCheck,
  },
  'dead-letters': {
    does: 'look at messages that were given up, and send them back',
    load: async () => (await import('./commands/dead-letters.js')).deadLetters,
  },
  resume: {
    does: 'tell again what a lost broker or a restored backup left untold',
    load: async () => (await import('./commands/resume.js')).resumeLost,
  },
  'evidence verify': {
    does: 'check receipts offline',
    load: async () => (await import('./commands/evidence-verify.js')).evidenceVerify,
  },
};

async function main(args: readonly string[]): Promise<number> {
  const [first = '', second = ''] = args;
  const two = COMMANDS[`${first} ${second}`];
  const command = two ?? COMMANDS[first];
  if (!command) {
    const asked = ['', 'help', '--help', '-h'].includes(first);
    (asked ? print : tell)(usage());
    return asked ? 0 : 64;
  }
  return (await command.load())(args.slice(two ? 2 : 1));
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(18)} ${does}`);
  return `npm run -s axis -- COMMAND\n\n${lines.join('\n')}`;
}

// Whoever reads may stop reading, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) tell(`Usage: npm run -s axis -- ${error.message}`);
    else if (error instanceof ConfigError || error instanceof EmbeddedError) tell(error.message);
    else if (error instanceof PadesError || error instanceof PkiError) tell(`${error.code}: ${error.message}`);
    else if (isBadArgument(error)) tell(error.message);
    else tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = error instanceof UsageError || isBadArgument(error) ? 64 : 1;
  },
);

function isBadArgument(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

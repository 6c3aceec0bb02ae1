import { parseArgs } from 'node:util';
import { heldCodeText, parseAgencyCode } from '@axis/edoc';
import { type AgencyDetails, type AgencyName, Directory } from '@axis/storage';
import { type Command, print, printJson, tell, UsageError } from './command';
import { withStorage } from './with-storage';

/** `axis agency show CODE [--json]`: all the directory knows of an agency, by any code it has or had. 1 when it knows none. */
export const agencyShow: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [text] = positionals;
  if (text === undefined || positionals.length > 1) throw new UsageError('agency show CODE [--json]');
  const code = parseAgencyCode(text);
  const found = code && (await withStorage((database) => new Directory(database).details(code)));
  if (!found) {
    tell(`${text} is no agency of the directory`);
    return 1;
  }
  const { entry, ...bound } = found;
  if (values.json) printJson({ ...entry, ...bound });
  else for (const [name, value] of lines(found)) if (value) print(`${name.padEnd(14)} ${value}`);
  return 0;
};

function lines({ entry, parents, children, successor, predecessors, systems, signers }: AgencyDetails) {
  const named = ({ code, name }: AgencyName) => `${code} ${name}`;
  return [
    ['code', entry.code],
    ['name', entry.name],
    ['short name', entry.shortName],
    ['status', entry.status + (entry.closedOn ? ` since ${entry.closedOn}` : '')],
    ['successor', successor && named(successor)],
    ['predecessors', predecessors.map(named).join('; ')],
    ['level', String(entry.level)],
    ['below', parents.map(named).join(' › ')],
    ['children', String(children)],
    ['codes', entry.codes.map(heldCodeText).join('; ')],
    ['email', entry.email],
    ['phone', entry.phone],
    ['fax', entry.fax],
    ['address', entry.address],
    ['website', entry.website],
    ['in charge', entry.inCharge],
    ['systems', systems.map(({ clientId, name }) => `${clientId} (${name})`).join('; ')],
    ['signers', signers.map(({ subject, role }) => `${subject} (${role})`).join('; ')],
    ['version', `${entry.version}, ${entry.updatedAt.toISOString()}`],
  ] as const;
}

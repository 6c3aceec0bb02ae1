import { type DirectoryEntry, vietnamStamp } from '@axis/edoc';
import { okAnswer } from '../answers/answer';

/** Which of the protocol's lists: by the codes agencies use now, by those of QĐ 20/2020, or everything that ever changed. */
export type AgencyList = 'getAgenciesList' | 'getAgenciesListQD20' | 'getSynchronizeUnit';

/** Characters written at a time. */
const PIECE = 64 * 1024;

/** An agency as a list of the protocol has it. */
export function agencyEntry(list: AgencyList, entry: DirectoryEntry) {
  const { id, parentId, code, newCode, oldCode, name, email, phone, fax, centreCode, version, status } = entry;
  return {
    id,
    pid: parentId,
    code: list === 'getAgenciesListQD20' ? (newCode ?? code) : code,
    name,
    mail: email ?? '',
    mobile: phone ?? '',
    fax: fax ?? '',
    ...(list === 'getAgenciesListQD20' ? { code102: oldCode ?? '' } : { oldCode: oldCode ?? '' }),
    centerCode: centreCode ?? '',
    version,
    deleted: status === 'closed',
    isAgency: entry.isAgency,
    modifyDate: vietnamStamp(entry.updatedAt),
  };
}

/** The answer with a whole list in it, written as the directory is read: it may have 125,000 entries. */
export async function* agencyAnswer(list: AgencyList, entries: AsyncIterable<DirectoryEntry>): AsyncGenerator<string> {
  let text = `${JSON.stringify(okAnswer()).slice(0, -1)},"data":[`;
  let comma = '';
  for await (const entry of entries) {
    // Closed agencies are news to who keeps a copy, and nobody to write to for who only reads the list.
    if (entry.status === 'closed' && list !== 'getSynchronizeUnit') continue;
    text += comma + JSON.stringify(agencyEntry(list, entry));
    comma = ',';
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}]}`;
}

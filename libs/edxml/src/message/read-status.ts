import { parseStatusCode, STATUSES, vietnamDate } from '@axis/edoc';
import type { Findings } from '../findings';
import type { Fields } from './fields';
import type { EdxmlStatus } from './message';

/** A status message, or undefined when an error was found. */
export function readStatus(header: Fields, findings: Findings): EdxmlStatus | undefined {
  const from = header.within('From');
  if (!from) findings.error('element.missing', header.element, 'From is missing');
  const sender = from?.organ();

  const response = header.within('ResponseFor');
  if (!response)
    findings.error('status.response_for_missing', header.element, 'ResponseFor, the document it is about, is missing');
  const { organId, documentId, ...about } = response?.responseFor() ?? {};
  if (response && (!organId || documentId === undefined))
    findings.error('status.response_for_missing', response.element, 'ResponseFor names no OrganId or no DocumentId');

  const written = header.required('StatusCode');
  const statusCode = written === undefined ? undefined : parseStatusCode(written);
  const element = header.element.first('StatusCode') ?? header.element;
  if (written !== undefined && !statusCode)
    findings.error('status.unknown', element, `StatusCode ${written} is not known`);
  const description = header.text('Description');
  if (statusCode && STATUSES[statusCode].reasonRequired && description === undefined)
    findings.error('status.reason_required', element, `status ${statusCode} needs a reason in Description`);

  const timestamp = header.stamp('Timestamp');
  if (timestamp && about.promulgationDate && vietnamDate(timestamp) < about.promulgationDate)
    findings.warn(
      'status.older_than_document',
      header.element.first('Timestamp') ?? header.element,
      `the status is older than its document of ${about.promulgationDate}`,
    );
  const staff = header.within('StaffInfo')?.staff();
  if (findings.errors.length > 0 || !sender || !organId || documentId === undefined || !statusCode) return undefined;
  return {
    kind: 'status',
    from: sender,
    responseFor: { organId, documentId, ...about },
    staff,
    statusCode,
    description,
    timestamp,
  };
}

import { Refusal } from '@axis/edoc';
import {
  accepted,
  documentMessage,
  organ,
  statusMessage,
  RESPONSE_FOR,
} from '../../../../../libs/edxml/src/testing/messages';
import { refuseUnbounded } from './refuse-unbounded';

async function faultOf(text: string): Promise<unknown> {
  const { message } = await accepted(text);
  if (!message) throw new Error('it was not read');
  try {
    refuseUnbounded(message);
    return undefined;
  } catch (error) {
    return (error as Refusal).problem.params['detail'];
  }
}

const field = (name: string, value: string) => `<edXML:${name}>${value}</edXML:${name}>`;
const many = (count: number, one: string) => one.repeat(count);

it.each([
  ['a usual message', documentMessage(), undefined],
  ['a subject of 4,000 characters', documentMessage({ subject: field('Subject', 'x'.repeat(4_000)) }), undefined],
  [
    '3,000 addressees',
    documentMessage({ to: Array.from({ length: 3_000 }, (_, n) => field('To', organ(`H${n}`))).join('') }),
    undefined,
  ],
  [
    'a longer subject',
    documentMessage({ subject: field('Subject', 'x'.repeat(4_001)) }),
    'value.too_long (subject): over 4000 characters',
  ],
  [
    'an id of 301 characters',
    documentMessage({ documentId: field('DocumentId', 'x'.repeat(301)) }),
    'value.too_long (documentId): over 300 characters',
  ],
  [
    'an answer to an id without end',
    documentMessage({ more: field('ResponseFor', field('DocumentId', 'x'.repeat(5_000))) }),
    'value.too_long (documentId): over 300 characters',
  ],
  [
    '2,001 places',
    documentMessage({ more: field('ToPlaces', many(2_001, field('Place', 'a'))) }),
    'value.too_many (toPlaces): over 2000',
  ],
  [
    'a reason without end',
    statusMessage(RESPONSE_FOR + field('StatusCode', '02') + field('Description', 'x'.repeat(5_000))),
    'value.too_long (description): over 4000 characters',
  ],
])('%s', async (_, text, fault) => {
  expect(await faultOf(text)).toBe(fault);
});

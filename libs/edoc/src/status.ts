/** Who may say it: the agency that sent the document, or the one it was delivered to. */
export type Party = 'sender' | 'receiver';

/** The statuses agencies tell one another (QCVN 102:2016/BTTTT, StatusCode). */
export const STATUSES = {
  '01': { by: 'receiver', reasonRequired: false, name: 'Đã đến' },
  '02': { by: 'receiver', reasonRequired: true, name: 'Từ chối tiếp nhận' },
  '03': { by: 'receiver', reasonRequired: false, name: 'Đã tiếp nhận' },
  '04': { by: 'receiver', reasonRequired: false, name: 'Phân công' },
  '05': { by: 'receiver', reasonRequired: false, name: 'Đang xử lý' },
  '06': { by: 'receiver', reasonRequired: false, name: 'Hoàn thành' },
  '13': { by: 'sender', reasonRequired: true, name: 'Yêu cầu lấy lại' },
  '15': { by: 'receiver', reasonRequired: false, name: 'Đồng ý' },
  '16': { by: 'receiver', reasonRequired: false, name: 'Từ chối' },
} as const satisfies Record<string, { by: Party; reasonRequired: boolean; name: string }>;

export type StatusCode = keyof typeof STATUSES;

export const STATUS_CODES = Object.keys(STATUSES).sort() as readonly StatusCode[];

/** `3` is read as `03`: integers lose their zero on the way. */
export function parseStatusCode(text: string): StatusCode | undefined {
  const code = text.trim().padStart(2, '0');
  return STATUS_CODES.find((known) => known === code);
}

/** Transport acknowledgement: the receiving software has stored the message. It stops redelivery and says nothing of the document. */
export type TransportAcknowledgement = 'done' | 'fail' | 'processing';

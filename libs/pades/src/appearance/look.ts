import type { Place } from './place';

/** How a signature shows on the page: NĐ 30/2020/NĐ-CP Phụ lục I. Images are PNG; lengths are points. */
export type SignatureLook =
  | {
      /** The blue handwritten signature of a person, between position and name. */
      readonly kind: 'person';
      readonly image: Buffer;
      readonly place: Place;
      /** 110 unless said; the height follows the image. */
      readonly width?: number;
    }
  | {
      /** The red seal of an agency, over about a third of the person's signature on its left, with name and time. */
      readonly kind: 'seal';
      readonly image: Buffer;
      readonly agency: string;
      readonly place: Place;
      /** The real size of a seal, 36 mm, unless said. */
      readonly width?: number;
    }
  | {
      /** On a separate attachment: number, notation and time, at the top right of the first page. */
      readonly kind: 'attachment';
      readonly number: string;
      readonly notation: string;
    }
  | {
      /** On a digitised copy: its form, the agency and the time, at the top right of the first page. */
      readonly kind: 'copy';
      readonly form: 'SY' | 'TrS' | 'SL';
      readonly agency: string;
    };

/** NĐ 30/2020 Điều 25: sao y, trích sao, sao lục. */
const COPY_FORMS = { SY: 'SAO Y', TrS: 'TRÍCH SAO', SL: 'SAO LỤC' } as const;
/** Times New Roman, upright, black, size 10 (Phụ lục I, mục II.8.b). */
const STAMP_SIZE = 10;
const CAPTION_SIZE = 7;
const MM = 72 / 25.4;
const STAMP_PLACE: Place = { page: 0, right: 15 * MM, top: 6 * MM };

/** A look resolved into what is drawn: an image, lines of text, and where. */
export interface Drawing {
  readonly place: Place;
  readonly image?: { readonly png: Buffer; readonly width: number };
  readonly lines: readonly string[];
  readonly size: number;
  readonly align: 'right' | 'centre';
}

export function drawingOf(look: SignatureLook, signingTime: Date): Drawing {
  const time = vietnamTime(signingTime);
  switch (look.kind) {
    case 'person':
      return {
        place: look.place,
        image: { png: look.image, width: look.width ?? 110 },
        lines: [],
        size: 0,
        align: 'centre',
      };
    case 'seal': {
      const image = { png: look.image, width: look.width ?? 36 * MM };
      return { place: look.place, image, lines: [look.agency, time], size: CAPTION_SIZE, align: 'centre' };
    }
    case 'attachment':
      return stamp([`Số: ${look.number}/${look.notation}`, time]);
    case 'copy':
      return stamp([COPY_FORMS[look.form], look.agency, time]);
  }
}

function stamp(lines: readonly string[]): Drawing {
  return { place: STAMP_PLACE, lines, size: STAMP_SIZE, align: 'right' };
}

/** ISO 8601 with Vietnam's zone, to the second: `2026-06-30T15:30:00+07:00`. */
function vietnamTime(time: Date): string {
  return `${new Date(time.getTime() + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`;
}

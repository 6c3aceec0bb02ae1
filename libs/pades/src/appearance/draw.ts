import { readFileSync } from 'node:fs';

import * as fontkit from '@cantoo/fontkit';
import { PDFDocument } from 'pdf-lib';

import { PadesError } from '../errors';
import { PdfFile } from '../syntax';
import { findPage } from '../syntax/pages';
import type { Drawing } from './look';

/** A piece of a look: a file whose one page, of exactly its size, shows it. */
export interface Sheet {
  readonly file: PdfFile;
  readonly width: number;
  readonly height: number;
}

let tinos: Buffer | undefined;

/** Tinos has the metrics of Times New Roman and all of Vietnamese. */
function fontFile(): Buffer {
  return (tinos ??= readFileSync(require.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf')));
}

/** Images already drawn, since an agency's seal is the same on every document. */
const images = new WeakMap<Buffer, Promise<PdfFile>>();

/** @throws PadesError 'bad-image' */
export async function drawImage({ png, width }: NonNullable<Drawing['image']>): Promise<Sheet> {
  const known = images.get(png) ?? imageFile(png);
  images.set(png, known);
  const file = await known;
  const [, , pixelsAcross, pixelsDown] = file.array(findPage(file, 0).dict.get('MediaBox')) ?? [];
  return { file, width, height: (width * Number(pixelsDown)) / Number(pixelsAcross) };
}

async function imageFile(png: Buffer): Promise<PdfFile> {
  const document = await PDFDocument.create();
  try {
    const image = await document.embedPng(png);
    document.addPage([image.width, image.height]).drawImage(image, { x: 0, y: 0 });
    return PdfFile.open(await saved(document));
  } catch (error) {
    throw new PadesError(
      'bad-image',
      `the image is not a readable PNG: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** Lines of black text, the font embedded with just the letters it needs. */
export async function drawLines({ lines, size, align }: Drawing): Promise<Sheet> {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const font = await document.embedFont(fontFile(), { subset: true });
  const leading = size * 1.2;
  const texts = lines.map((line) => line.normalize('NFC'));
  const widths = texts.map((line) => font.widthOfTextAtSize(line, size));
  const [width, height] = [Math.max(...widths), leading * lines.length];
  const page = document.addPage([width, height]);
  for (const [i, line] of texts.entries()) {
    const free = width - (widths[i] ?? 0);
    page.drawText(line, { x: align === 'right' ? free : free / 2, y: height - i * leading - size * 0.9, size, font });
  }
  return { file: PdfFile.open(await saved(document)), width, height };
}

async function saved(document: PDFDocument): Promise<Buffer> {
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

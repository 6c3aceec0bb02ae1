import { crc32, deflateSync } from 'node:zlib';

/** A transparent PNG; `paint` answers red, green, blue and opacity, each 0 to 255, of the pixel at x, y. */
function png(
  width: number,
  height: number,
  paint: (x: number, y: number) => readonly [number, number, number, number],
): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(paint(x, y), y * (1 + width * 4) + 1 + x * 4);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A round red seal: two rings and a star. */
export function sealPng(size = 240): Buffer {
  const middle = size / 2;
  return png(size, size, (x, y) => {
    const [dx, dy] = [(x - middle) / middle, (y - middle) / middle];
    const radius = Math.hypot(dx, dy);
    const angle = Math.atan2(dx, -dy);
    const fifth = (2 * Math.PI) / 5;
    const turn = Math.abs((((angle % fifth) + 1.5 * fifth) % fifth) - fifth / 2);
    const star = radius * (Math.cos(turn) + Math.sin(turn) * 3.08) < 0.38;
    const ring = (radius > 0.9 && radius < 0.98) || (radius > 0.58 && radius < 0.61);
    return [214, 20, 24, ring || star ? 215 : 0];
  });
}

/** A blue pen stroke. */
export function signaturePng(width = 360, height = 150): Buffer {
  const stroke = (x: number): number =>
    height * (0.5 + 0.36 * Math.sin((x / width) * 22) * Math.cos((x / width) * 3.1));
  return png(width, height, (x, y) => {
    const slope = stroke(x + 0.5) - stroke(x - 0.5);
    const near = Math.abs(y - stroke(x)) / Math.hypot(1, slope) < 2.2;
    return [22, 52, 168, near ? 235 : 0];
  });
}

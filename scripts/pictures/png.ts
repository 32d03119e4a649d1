/** Reduces the size of a PNG screenshot with a palette of few colours. */
import { constants, crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture with its pixels as 0xRRGGBB, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/**
 * Encodes a picture again with at most `colours` colours, up to 256, and without alpha. Throws on a PNG that
 * Chromium would not write.
 */
export function reduceColours(png: Buffer, colours: number): Buffer {
  const picture = decode(png);
  const { palette, indices } = quantize(picture.pixels, colours);
  const depth = palette.length <= 16 ? 4 : 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.set([depth, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap((colour) => bytesOf(colour)))),
    chunk("IDAT", smallest(packRows(indices, picture, depth))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Compresses data with several strategies, and returns the smallest result. */
function smallest(data: Buffer): Buffer {
  const results = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED].flatMap((strategy) =>
    [8, 9].map((memLevel) => deflateSync(data, { level: 9, memLevel, strategy })),
  );
  return results.reduce((best, next) => (next.length < best.length ? next : best));
}

/**
 * Packs indices into rows. Each row starts with the filter type 0, since filters improve only photographs.
 */
function packRows(indices: Uint8Array, { width, height }: Picture, depth: 4 | 8): Buffer {
  const stride = depth === 8 ? width : Math.ceil(width / 2);
  const rows = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index = indices[y * width + x] ?? 0;
      const at = y * (stride + 1) + 1 + (depth === 8 ? x : x >> 1);
      rows[at] = depth === 8 ? index : (rows[at] ?? 0) | (x % 2 === 0 ? index << 4 : index);
    }
  return rows;
}

/** Selects the most frequent colours as the palette, and maps all other colours to the nearest one. */
function quantize(pixels: Uint32Array, colours: number): { palette: number[]; indices: Uint8Array } {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const byCount = [...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette: number[] = [];
  // The first rounds take only one of several similar colours; later rounds fill the palette.
  for (const apart of [200, 60, 0])
    for (const colour of byCount)
      if (palette.length < colours && palette.every((other) => distance(colour, other) > apart))
        palette.push(colour);
  const nearest = new Map<number, number>();
  for (const colour of byCount) {
    let best = 0;
    palette.forEach((other, at) => {
      if (distance(colour, other) < distance(colour, palette[best] ?? 0)) best = at;
    });
    nearest.set(colour, best);
  }
  return { palette, indices: Uint8Array.from(pixels, (pixel) => nearest.get(pixel) ?? 0) };
}

const bytesOf = (colour: number): readonly [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 255,
  colour & 255,
];

function distance(a: number, b: number): number {
  const [r1, g1, b1] = bytesOf(a);
  const [r2, g2, b2] = bytesOf(b);
  // The eye is most sensitive to green and least to blue.
  return 2 * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (b1 - b2) ** 2;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/**
 * Decodes a PNG with eight bits per channel, with or without alpha and not interlaced, as Chromium writes it.
 */
function decode(png: Buffer): Picture {
  if (!png.subarray(0, 8).equals(signature)) throw new Error("This is not a PNG.");
  const parts = new Map<string, Buffer[]>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    parts.set(type, [...(parts.get(type) ?? []), png.subarray(at + 8, at + 8 + length)]);
    at += length + 12;
  }
  const header = parts.get("IHDR")?.[0];
  const [depth, type, , , interlaced] = header?.subarray(8) ?? [];
  if (!header || depth !== 8 || (type !== 2 && type !== 6) || interlaced !== 0)
    throw new Error("This kind of PNG is not supported.");
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), type === 2 ? 3 : 4];
  const data = inflateSync(Buffer.concat(parts.get("IDAT") ?? []));
  const stride = width * channels;
  const bytes = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const here = y * stride + x;
      const left = x >= channels ? (bytes[here - channels] ?? 0) : 0;
      const up = y > 0 ? (bytes[here - stride] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (bytes[here - stride - channels] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      bytes[here] = ((data[y * (stride + 1) + 1 + x] ?? 0) + predicted) & 255;
    }
  }
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * channels, 3));
  return { width, height, pixels };
}

/**
 * The Paeth predictor of the PNG specification: returns the neighbour that is nearest to `left + up -
 * corner`.
 */
function paeth(left: number, up: number, corner: number): number {
  const plane = left + up - corner;
  const [a, b, c] = [Math.abs(plane - left), Math.abs(plane - up), Math.abs(plane - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

// A data set as an .npz file that `lenetpp train` reads: a zip archive without compression, of NumPy's arrays.
import type { Dataset } from "./data";

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function numpyFile(type: string, shape: number[], content: Uint8Array): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 + 53, " ") + "\n"; // 10 bytes and this: a multiple of 64
  const length = new Uint8Array(2);
  new DataView(length.buffer).setUint16(0, padded.length, true);
  return joined([latin1("\x93NUMPY\x01\x00"), length, latin1(padded), content]);
}

function zip(files: [name: string, content: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const crc = crc32(content), letters = latin1(name);
    const header = (signature: number, extra: [number, number][], size: number): Uint8Array => {
      const bytes = new Uint8Array(size), view = new DataView(bytes.buffer), shift = size === 30 ? 0 : 2;
      view.setUint32(0, signature, true);
      view.setUint16(4, 20, true);
      if (shift) view.setUint16(6, 20, true);
      view.setUint16(10 + shift + 2, 0x21, true); // the first day that a zip file knows
      view.setUint32(14 + shift, crc, true);
      view.setUint32(18 + shift, content.length, true);
      view.setUint32(22 + shift, content.length, true);
      view.setUint16(26 + shift, letters.length, true);
      for (const [place, value] of extra) view.setUint32(place, value, true);
      return bytes;
    };
    directory.push(header(0x02014b50, [[42, at]], 46), letters);
    const local = [header(0x04034b50, [], 30), letters, content];
    parts.push(...local);
    at += local.reduce((sum, part) => sum + part.length, 0);
  }
  const listing = joined(directory), end = new Uint8Array(22), view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, files.length, true);
  view.setUint16(10, files.length, true);
  view.setUint32(12, listing.length, true);
  view.setUint32(16, at, true);
  return joined([...parts, listing, end]);
}

export function npzOf({ classes, shape, train, test }: Dataset): Uint8Array<ArrayBuffer> {
  const longest = Math.max(...classes.map((name) => [...name].length), 1);
  const letters = new Uint32Array(classes.length * longest);
  classes.forEach((name, i) => letters.set([...name].map((letter) => letter.codePointAt(0)!), i * longest));
  const bytes = (array: Int32Array | Uint32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return zip([
    ["train_images.npy", numpyFile("|u1", [train.labels.length, ...shape], train.pixels)],
    ["train_labels.npy", numpyFile("<i4", [train.labels.length], bytes(train.labels))],
    ["test_images.npy", numpyFile("|u1", [test.labels.length, ...shape], test.pixels)],
    ["test_labels.npy", numpyFile("<i4", [test.labels.length], bytes(test.labels))],
    ["classes.npy", numpyFile(`<U${longest}`, [classes.length], bytes(letters))],
  ]);
}

// Compressed and packed files, by the browser's own decompression: gzip, zip, npy, tar.

export async function inflated(bytes: Uint8Array<ArrayBuffer>, format: "gzip" | "deflate-raw"): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

export interface PackedFile {
  name: string;
  content: () => Promise<Uint8Array<ArrayBuffer>>;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

/** The members of a zip archive, by its directory at the end. */
export function unzipped(bytes: Uint8Array<ArrayBuffer>): PackedFile[] {
  const view = viewOf(bytes), files: PackedFile[] = [];
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) --end;
  if (end < 0) throw new Error("not a zip archive: it has no directory at its end");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; ++i) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw new Error("a damaged zip archive");
    const method = view.getUint16(at + 10, true), size = view.getUint32(at + 20, true);
    const nameLength = view.getUint16(at + 28, true), local = view.getUint32(at + 42, true);
    const name = text(bytes.subarray(at + 46, at + 46 + nameLength));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.slice(start, start + size);
    files.push({ name, content: async () => (method === 8 ? inflated(packed, "deflate-raw") : packed) });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

export interface NumpyArray {
  type: string;
  shape: number[];
  bytes: Uint8Array<ArrayBuffer>;
}

export function numpyArray(file: Uint8Array<ArrayBuffer>): NumpyArray {
  if (text(file.subarray(1, 6)) !== "NUMPY") throw new Error("not an array of NumPy");
  const long = file[6]! > 1, headerAt = long ? 12 : 10;
  const length = long ? viewOf(file).getUint32(8, true) : viewOf(file).getUint16(8, true);
  const header = text(file.subarray(headerAt, headerAt + length));
  const type = /'descr': '([^']+)'/.exec(header)?.[1], shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || header.includes("'fortran_order': True")) {
    throw new Error("an array of NumPy of a kind that is not read here");
  }
  return { type, shape: shape.split(",").filter((side) => side.trim()).map(Number), bytes: file.slice(headerAt + length) };
}

/** NumPy's text of 4 bytes a character: "<U16". */
export function numpyTexts({ type, bytes }: NumpyArray): string[] {
  const length = Number(type.slice(2)), codes = new Uint32Array(bytes.buffer);
  const texts: string[] = [];
  for (let start = 0; start < codes.length; start += length) {
    texts.push(String.fromCodePoint(...codes.subarray(start, start + length).filter((code) => code !== 0)));
  }
  return texts;
}

/** The files of a tar archive. */
export function untarred(bytes: Uint8Array<ArrayBuffer>): PackedFile[] {
  const files: PackedFile[] = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const name = text(bytes.subarray(at, at + 100)).replace(/\0.*$/s, "");
    const size = parseInt(text(bytes.subarray(at + 124, at + 136)), 8);
    if (!Number.isInteger(size)) throw new Error("a damaged tar archive");
    const start = at + 512;
    files.push({ name, content: async () => bytes.slice(start, start + size) });
    at = start + Math.ceil(size / 512) * 512;
  }
  return files;
}

// Data sets that come with the page or from the visitor's disk.
import { inflated, isGzip, numpyArray, numpyTexts, type PackedFile, untarred, unzipped } from "./binary";
import { type Dataset, type Part, sizeOf } from "./data";

async function npzArrays(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, ReturnType<typeof numpyArray>>> {
  const arrays = new Map<string, ReturnType<typeof numpyArray>>();
  for (const file of unzipped(bytes)) arrays.set(file.name.replace(/\.npy$/, ""), numpyArray(await file.content()));
  return arrays;
}

/** What an .npz file holds: that inside the page, or one in which the page has saved pictures. */
export async function npzDataset(name: string, npz: Uint8Array<ArrayBuffer>): Promise<Dataset> {
  const arrays = await npzArrays(npz);
  const array = (key: string, types: readonly string[]) => {
    const found = arrays.get(key);
    if (!found) throw new Error(`${name}: it has no array "${key}", which the page's own files have`);
    if (!types.some((type) => found.type.startsWith(type))) throw new Error(`${name}: the array "${key}" is of ${found.type}, which the page does not read`);
    return found;
  };
  const images = array("train_images", ["|u1"]).shape;
  const shape: Dataset["shape"] = images.length === 4 ? [images[1]!, images[2]!, images[3]!] : [1, images[1]!, images[2]!];
  const part = (key: string): Part => {
    const pixels = array(`${key}_images`, ["|u1"]).bytes, { type, bytes } = array(`${key}_labels`, ["|u1", "<i4"]);
    const labels = type === "<i4" ? new Int32Array(bytes.buffer) : Int32Array.from(bytes);
    if (pixels.length !== labels.length * sizeOf(shape)) throw new Error(`${name}: there are not as many labels as ${key} images`);
    return { pixels, labels };
  };
  const classes = numpyTexts(array("classes", ["<U"])), data = { name, classes, shape, train: part("train"), test: part("test") };
  for (const { labels } of [data.train, data.test]) {
    if (labels.some((label) => label < 0 || label >= classes.length)) throw new Error(`${name}: a label is that of no class`);
  }
  return data;
}

/** Of images that have no name of their own: the file in which the page saves them. */
const UNNAMED = "images.npz";
const CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const CIFAR_RECORD = 1 + 3 * 32 * 32;

/** What files of the visitor's disk hold: four as MNIST's, CIFAR-10 in its binary version, or what the page has saved. */
export async function dataOfFiles(files: readonly File[]): Promise<Dataset> {
  const npz = files.find(({ name }) => name.endsWith(".npz"));
  if (npz) return npzDataset(npz.name, new Uint8Array(await npz.arrayBuffer()));
  const packed: PackedFile[] = [];
  for (const file of files) packed.push(...(await unpacked(file)));
  const named = (pattern: RegExp) => packed.filter(({ name }) => pattern.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (named(/idx[13]-ubyte/).length > 0) return mnist(named);
  if (named(/(data|test)_batch.*\.bin$/).length > 0) return cifar(named);
  if (named(/data_batch_\d$/).length > 0) {
    throw new Error("this is CIFAR-10's Python version; the page reads the binary one: cifar-10-binary.tar.gz");
  }
  const names = files.map(({ name }) => name).join(", ");
  throw new Error(
    `${names}: expected MNIST's four files (train-images-idx3-ubyte and so on, also as .gz), ` +
      "CIFAR-10's binary version (cifar-10-binary.tar.gz, or data_batch_1.bin to data_batch_5.bin and test_batch.bin), " +
      "or images as the page saves them (.npz)",
  );
}

async function unpacked(file: File): Promise<PackedFile[]> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (/\.(tar\.gz|tgz)$/.test(file.name)) {
    return untarred(await inflated(new Uint8Array(await file.arrayBuffer()), "gzip"));
  }
  const whole = async () => new Uint8Array(await file.arrayBuffer());
  return [{ name: file.name, content: isGzip(start) ? async () => inflated(await whole(), "gzip") : whole }];
}

async function mnist(named: (pattern: RegExp) => PackedFile[]): Promise<Dataset> {
  const read = async (part: string, kind: string, dimensions: number) => {
    const [file] = named(new RegExp(`${part}-${kind}[.-]idx${dimensions}-ubyte`));
    if (!file) throw new Error(`${part}-${kind}-idx${dimensions}-ubyte is missing: choose all four files at once`);
    const bytes = await file.content(), view = new DataView(bytes.buffer, bytes.byteOffset);
    const headed = bytes.length >= 4 + 4 * dimensions && view.getUint32(0) === 0x800 + dimensions;
    if (!headed) throw new Error(`${file.name}: not an IDX file of ${dimensions} dimensions`);
    const sides = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
    const content = bytes.slice(4 + 4 * dimensions);
    if (content.length !== sides.reduce((a, b) => a * b)) throw new Error(`${file.name}: is cut off or too long`);
    return { sides, content };
  };
  const part = async (name: string) => {
    const images = await read(name, "images", 3), labels = await read(name, "labels", 1);
    if (images.sides[0] !== labels.sides[0]) throw new Error(`${name}: there are not as many labels as images`);
    return { sides: images.sides, part: { pixels: images.content, labels: Int32Array.from(labels.content) } };
  };
  const train = await part("train"), test = await part("t10k");
  const largest = [train, test].reduce((most, { part }) => part.labels.reduce((a, b) => Math.max(a, b), most), 0);
  return {
    name: UNNAMED,
    classes: Array.from({ length: largest + 1 }, (_, i) => String(i)),
    shape: [1, train.sides[1]!, train.sides[2]!],
    train: train.part,
    test: test.part,
  };
}

async function cifar(named: (pattern: RegExp) => PackedFile[]): Promise<Dataset> {
  const part = async (pattern: RegExp, expected: string): Promise<Part> => {
    const files = named(pattern);
    if (files.length === 0) throw new Error(`${expected} is missing: choose all files at once`);
    const contents = await Promise.all(files.map(({ content }) => content()));
    contents.forEach((content, i) => {
      if (content.length === 0 || content.length % CIFAR_RECORD) throw new Error(`${files[i]!.name}: is cut off`);
    });
    const count = contents.reduce((sum, content) => sum + content.length / CIFAR_RECORD, 0);
    const pixels = new Uint8Array(count * (CIFAR_RECORD - 1)), labels = new Int32Array(count);
    let image = 0;
    for (const content of contents) {
      for (let at = 0; at < content.length; at += CIFAR_RECORD, ++image) {
        labels[image] = content[at]!;
        pixels.set(content.subarray(at + 1, at + CIFAR_RECORD), image * (CIFAR_RECORD - 1));
      }
    }
    if (labels.some((label) => label > 9)) throw new Error("a label is above 9: these are not files of CIFAR-10");
    return { pixels, labels };
  };
  return {
    name: UNNAMED,
    classes: CIFAR_CLASSES,
    shape: [3, 32, 32],
    train: await part(/data_batch_\d\.bin$/, "data_batch_1.bin"),
    test: await part(/test_batch\.bin$/, "test_batch.bin"),
  };
}

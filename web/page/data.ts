// Images and labels, chosen as the package chooses them: the first of each class, in the order of their source.
import type { Shape } from "./core";

export interface Part {
  pixels: Uint8Array; // [N][P][H][W]
  labels: Int32Array; // [N]
}

export interface Dataset {
  name: string;
  classes: string[];
  shape: Shape;
  train: Part;
  test: Part;
}

export interface Choice {
  classes: string[] | null; // all where null
  perClass: number | null;
}

/** Whether it is the images that come with the page, and with the package. */
export const isEmbedded = ({ name }: { name: string }): boolean => name === EMBEDDED;
export const EMBEDDED = "fashion-mnist-5000";

export const sizeOf = (shape: Shape): number => shape[0] * shape[1] * shape[2];

/** Throws where a class is unknown or named twice, fewer than two are left, or there are not as many images. */
export function chosen(data: Dataset, { classes, perClass }: Choice): Dataset {
  const names = classes ?? data.classes;
  const indices = names.map((name) => data.classes.indexOf(name));
  const unknown = names.find((_, i) => indices[i] === -1);
  if (unknown !== undefined) throw new Error(`classes: there is none called "${unknown}", but ${data.classes.join(", ")}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`classes: "${twice}" is named twice`);
  if (names.length < 2) throw new Error("classes: choose two at least: a network that always says the same would be right");
  const labelOf = new Int32Array(data.classes.length).fill(-1);
  indices.forEach((index, label) => (labelOf[index] = label));
  const fewest = fewestOf(data, names);
  if (perClass !== null && perClass > fewest) {
    throw new Error(`per_class must be at most ${fewest}, as many training images as each class has, but is ${perClass}`);
  }
  return {
    ...data,
    classes: names,
    train: partOf(data.train, labelOf, perClass ?? Infinity, sizeOf(data.shape)),
    test: partOf(data.test, labelOf, Infinity, sizeOf(data.shape)),
  };
}

/** Training images of the class that has fewest. */
export function fewestOf(data: Dataset, names: readonly string[]): number {
  const counts = new Int32Array(data.classes.length);
  for (const label of data.train.labels) counts[label]! += 1;
  return Math.min(...names.map((name) => counts[data.classes.indexOf(name)]!));
}

function partOf(part: Part, labelOf: Int32Array, most: number, size: number): Part {
  const counts = new Map<number, number>(), kept: number[] = [];
  part.labels.forEach((original, i) => {
    const label = labelOf[original]!, count = counts.get(label) ?? 0;
    if (label < 0 || count >= most) return;
    counts.set(label, count + 1);
    kept.push(i);
  });
  const pixels = new Uint8Array(kept.length * size), labels = new Int32Array(kept.length);
  kept.forEach((from, to) => {
    pixels.set(part.pixels.subarray(from * size, (from + 1) * size), to * size);
    labels[to] = labelOf[part.labels[from]!]!;
  });
  return { pixels, labels };
}

export const imageOf = (part: Part, index: number, shape: Shape): Uint8Array =>
  part.pixels.subarray(index * sizeOf(shape), (index + 1) * sizeOf(shape));

/** a / b rounded once, as Python divides whole numbers of any size. */
function quotient(a: bigint, b: bigint): number {
  if (a === 0n) return 0;
  const shift = BigInt(Math.max(0, 70 - (a.toString(2).length - b.toString(2).length)));
  const whole = (a << shift) / b, isExact = whole * b === a << shift;
  return Number((whole << 1n) | (isExact ? 0n : 1n)) / 2 ** (Number(shift) + 1);
}

/** Mean and deviation of each plane over the training images: the bits of the package's plane_statistics.py. */
export function normalizationOf(part: Part, shape: Shape, scheme: string): { mean: number[]; deviation: number[] } {
  const [planes, height, width] = shape, size = height * width;
  if (scheme !== "standard") {
    return { mean: Array(planes).fill(0), deviation: Array(planes).fill(scheme === "unit" ? 255 : 1) };
  }
  const mean: number[] = [], deviation: number[] = [], images = part.labels.length;
  for (let plane = 0; plane < planes; ++plane) {
    let sum = 0, squares = 0; // exact: far below 2^53
    for (let image = 0; image < images; ++image) {
      const start = (image * planes + plane) * size;
      for (let i = start; i < start + size; ++i) {
        const pixel = part.pixels[i]!;
        sum += pixel;
        squares += pixel * pixel;
      }
    }
    const count = BigInt(images * size), total = BigInt(sum);
    mean.push(quotient(total, count));
    const variance = quotient(count * BigInt(squares) - total * total, count * count);
    deviation.push(variance > 0 ? Math.sqrt(variance) : 1);
  }
  return { mean, deviation };
}

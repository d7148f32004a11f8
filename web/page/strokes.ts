// From strokes to an image as those that were learned: digits as MNIST's are made, clothes as Fashion-MNIST's.
import type { Shape } from "./core";
import { EMBEDDED } from "./data";

/** Points of a stroke, as shares of the field's width and height. */
export type Stroke = [x: number, y: number][];

/** How the learned images lie in their frame: what is drawn is brought there, or stays where it is. */
export type Frame = "digits" | "clothes" | "photos";

export function frameOf(source: string, classes: readonly string[]): Frame {
  if (classes.every((name) => /^\d$/.test(name))) return "digits";
  return source === EMBEDDED ? "clothes" : "photos";
}

/** Of 28 pixels: MNIST's digits fill a box of 20, whose strokes are between two and three pixels wide. */
const DIGIT_BOX = 20 / 28, DIGIT_PEN = 2.4 / 28, FIELD_PEN = 0.1;
/** A dot stays one: nothing is made larger than this. */
const MOST_ENLARGED = 12;

/** Grey [H][W] from 0 to 1 of strokes where they were drawn. */
export function asDrawn(strokes: readonly Stroke[], height: number, width: number): Float32Array {
  return rendered(strokes.map((stroke) => stroke.map(([x, y]): [number, number] => [x * width, y * height])), FIELD_PEN * width, height, width);
}

/** Grey [H][W] from 0 to 1 of strokes in the frame of what was learned. */
export function framed(strokes: readonly Stroke[], [, height, width]: Shape, frame: Frame): Float32Array {
  if (frame === "photos" || strokes.length === 0) return asDrawn(strokes, height, width);
  const isDigit = frame === "digits", points = strokes.flat();
  const pen = isDigit ? DIGIT_PEN * width : FIELD_PEN * width, box = isDigit ? DIGIT_BOX : 1;
  const [left, right, top, bottom] = extent(points), room = Math.min(box * width, box * height) - pen;
  const scale = Math.min(room / Math.max(right - left, bottom - top, 1e-9), MOST_ENLARGED * width);
  const centred = (x: number, y: number): Stroke[] =>
    strokes.map((stroke) => stroke.map(([px, py]): [number, number] => [(px - x) * scale + width / 2, (py - y) * scale + height / 2]));
  const middle: [number, number] = [(left + right) / 2, (top + bottom) / 2], image = rendered(centred(...middle), pen, height, width);
  if (!isDigit) return image;
  const [x, y] = centreOfMass(image, width);
  return rendered(centred(middle[0] + (x - width / 2) / scale, middle[1] + (y - height / 2) / scale), pen, height, width);
}

function extent(points: Stroke): [left: number, right: number, top: number, bottom: number] {
  const xs = points.map(([x]) => x), ys = points.map(([, y]) => y), most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  return [-most(xs.map((x) => -x)), most(xs), -most(ys.map((y) => -y)), most(ys)];
}

function centreOfMass(image: Float32Array, width: number): [number, number] {
  let ink = 0, x = 0, y = 0;
  image.forEach((value, i) => {
    ink += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return [x / ink, y / ink];
}

/** Lines of a round pen with a border of one soft pixel; points are in pixels. */
function rendered(strokes: readonly Stroke[], pen: number, height: number, width: number): Float32Array {
  const image = new Float32Array(height * width), reach = pen / 2 + 0.5;
  for (const stroke of strokes) {
    stroke.forEach((to, i) => {
      const from = stroke[i - 1] ?? to;
      const rows = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach].map(Math.floor) as [number, number];
      const columns = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach].map(Math.floor) as [number, number];
      for (let row = Math.max(0, rows[0]); row <= Math.min(height - 1, rows[1]); ++row) {
        for (let column = Math.max(0, columns[0]); column <= Math.min(width - 1, columns[1]); ++column) {
          const ink = reach - distance([column + 0.5, row + 0.5], from, to), at = row * width + column;
          image[at] = Math.max(image[at]!, Math.min(1, ink));
        }
      }
    });
  }
  return image;
}

function distance([x, y]: [number, number], from: [number, number], to: [number, number]): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]], length = dx * dx + dy * dy;
  const share = length > 0 ? Math.max(0, Math.min(1, ((x - from[0]) * dx + (y - from[1]) * dy) / length)) : 0;
  return Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy);
}

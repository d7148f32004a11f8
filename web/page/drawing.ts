// A network as a drawing: what lies between its layers, as stacks of planes and columns of units.
import type { Description, Shape } from "./core";
import { draw } from "./elements";

const STAGE = 108, HEIGHT = 150, MIDDLE = 66, LARGEST = 74;

export function networkDrawing({ input, layers }: Description): SVGElement {
  const shapes = [input, ...layers.map(({ shape }) => shape)];
  const width = STAGE * shapes.length, tallest = Math.max(input[1], input[2]);
  const label = shapes.map((shape, i) => `${i === 0 ? "" : `${layers[i - 1]!.text}: `}${shapeText(shape)}`).join("; ");
  const drawing = draw("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label, class: "network" });
  shapes.forEach((shape, i) => {
    const centre = STAGE * (i + 0.5);
    if (i > 0) {
      drawing.append(draw("path", { d: `M${centre - STAGE + 46} ${MIDDLE} h16 l-4 -3 m4 3 l-4 3`, class: "arrow" }));
      const [word = "", ...rest] = layers[i - 1]!.text.split(" ");
      drawing.append(draw("text", { x: centre, y: HEIGHT - 18, "text-anchor": "middle" }, `${word} ${rest[0] ?? ""}`));
      drawing.append(draw("text", { x: centre, y: HEIGHT - 4, "text-anchor": "middle", class: "faint" }, shortened(rest.slice(1).join(" "))));
    }
    drawing.append(isVector(shape) ? column(shape[0], centre) : stack(shape, centre, tallest));
    drawing.append(draw("text", { x: centre, y: HEIGHT - 34, "text-anchor": "middle", class: "shape" }, shapeText(shape)));
  });
  return drawing;
}

const isVector = (shape: Shape): boolean => shape[1] === 1 && shape[2] === 1;
const shapeText = (shape: Shape): string => (isVector(shape) ? String(shape[0]) : shape.join(" × "));
const shortened = (text: string): string => (text.length > 17 ? `${text.slice(0, 16)}…` : text);

function stack([planes, height, width]: Shape, centre: number, tallest: number): SVGElement {
  const scale = LARGEST / tallest, shown = Math.min(planes, 8), offset = shown > 1 ? Math.min(4, 18 / (shown - 1)) : 0;
  const w = Math.max(6, width * scale * 0.72), h = Math.max(6, height * scale * 0.72), room = offset * (shown - 1);
  const group = draw("g");
  for (let i = shown - 1; i >= 0; --i) {
    const x = centre - (w + room) / 2 + i * offset, y = MIDDLE - 8 - (h - room) / 2 - i * offset;
    group.append(draw("rect", { x, y, width: w, height: h, class: "plane" }));
  }
  return group;
}

function column(units: number, centre: number): SVGElement {
  const shown = Math.min(units, 12), cell = 6, height = shown * cell;
  const group = draw("g");
  for (let i = 0; i < shown; ++i) {
    group.append(draw("rect", { x: centre - 4, y: MIDDLE - 8 - height / 2 + i * cell, width: 8, height: cell - 1, class: "plane" }));
  }
  return group;
}

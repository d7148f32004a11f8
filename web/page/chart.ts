// Line charts over the epochs, in the manner of the package's: a name at each line's end, few lines behind.
import { draw } from "./elements";
import { tells } from "./tip";

export interface Line {
  name: string;
  colour: string;
  dashes?: string;
  points: [epoch: number, value: number][];
}

export interface Scale {
  least: number;
  most: number;
  ticks: number[];
  words(value: number): string;
  isLogarithmic?: boolean;
}

const WIDTH = 460, HEIGHT = 240, LEFT = 48, RIGHT = 92, TOP = 12, BOTTOM = 28;

export class Chart {
  readonly element = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart" });
  private lines: Line[] = [];
  private epochs = 1;

  constructor() {
    tells(this.element, (shareX) => this.valuesAt(shareX));
  }

  show(title: string, lines: Line[], scale: Scale, epochs: number): void {
    this.lines = lines;
    this.epochs = Math.max(1, epochs);
    const transformed = (value: number) => (scale.isLogarithmic ? Math.log10(value) : value);
    const least = transformed(scale.least), span = transformed(scale.most) - least || 1;
    const x = (epoch: number) => LEFT + ((WIDTH - LEFT - RIGHT) * epoch) / this.epochs;
    const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (transformed(value) - least)) / span;
    const parts: SVGElement[] = [];
    for (const tick of scale.ticks) {
      parts.push(draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), class: "grid" }));
      parts.push(draw("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, scale.words(tick)));
    }
    const every = Math.max(1, Math.ceil(this.epochs / 10));
    for (let epoch = 0; epoch <= this.epochs; epoch += every) {
      parts.push(draw("text", { x: x(epoch), y: HEIGHT - 8, "text-anchor": "middle" }, String(epoch)));
    }
    const ends: { place: number; line: Line; value: number }[] = [];
    for (const line of lines) {
      const shown = line.points.filter(([, value]) => Number.isFinite(value) && (!scale.isLogarithmic || value > 0));
      const last = shown.at(-1);
      if (!last) continue;
      const path = shown.map(([epoch, value]) => `${x(epoch).toFixed(1)},${clamped(y(value)).toFixed(1)}`).join(" ");
      parts.push(draw("polyline", { points: path, stroke: line.colour, class: "line", "stroke-dasharray": line.dashes ?? "none" }));
      parts.push(draw("circle", { cx: x(last[0]), cy: clamped(y(last[1])), r: 3, fill: line.colour }));
      ends.push({ place: clamped(y(last[1])), line, value: last[1] });
    }
    spread(ends, 15);
    for (const { place, line } of ends) {
      parts.push(draw("text", { x: WIDTH - RIGHT + 8, y: place + 4, class: "name" }, line.name));
      parts.push(draw("line", { x1: WIDTH - RIGHT + 1, x2: WIDTH - RIGHT + 6, y1: place, y2: place, stroke: line.colour, class: "line" }));
    }
    this.element.replaceChildren(...parts);
    const now = ends.map(({ line, value }) => `${line.name} ${scale.words(value)}`).join(", ");
    this.element.setAttribute("aria-label", `${title}: ${now || "–"}`);
    this.words = scale.words;
  }

  private words: (value: number) => string = String;

  private valuesAt(shareX: number): string | null {
    const epoch = Math.round((this.epochs * (shareX * WIDTH - LEFT)) / (WIDTH - LEFT - RIGHT));
    const found = this.lines.flatMap(({ name, points }) => {
      const point = points.find(([at]) => at === epoch);
      return point ? [`${name} ${this.words(point[1])}`] : [];
    });
    return found.length > 0 ? `${epoch}: ${found.join(", ")}` : null;
  }
}

const clamped = (y: number): number => Math.max(TOP, Math.min(HEIGHT - BOTTOM, y));

/** Names that would lie on each other are moved apart. */
function spread(ends: { place: number }[], distance: number): void {
  ends.sort((a, b) => a.place - b.place);
  for (let i = 1; i < ends.length; ++i) ends[i]!.place = Math.max(ends[i]!.place, ends[i - 1]!.place + distance);
  const excess = (ends.at(-1)?.place ?? 0) - (HEIGHT - 8);
  if (excess > 0) for (const end of ends) end.place -= excess;
}

export function powersOfTen(values: number[]): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = Math.floor(Math.log10(Math.min(...positive, 1))), high = Math.ceil(Math.log10(Math.max(...positive, low + 1, 1e-9)));
  const most = Math.max(high, low + 1), every = Math.ceil((most - low) / 5), ticks: number[] = [];
  for (let power = low; power <= most; power += every) ticks.push(10 ** power);
  return { least: 10 ** low, most: 10 ** most, ticks, words: (value) => String(Number(value.toPrecision(2))), isLogarithmic: true };
}

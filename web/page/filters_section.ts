// The filters while they change: every weight as a coloured cell, its number in it where there is room.
import { greatest, textOn, tint } from "./colours";
import type { Parameter } from "./core";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import { section } from "./section";
import { tells } from "./tip";
import { say } from "./words";

const CELL_WITH_NUMBER = 34, MOST_WITH_NUMBERS = 20, MOST_PLANES = 192, MOST_UNITS = 12;

/** One drawing of weights: `values` begin at `start` in an array. */
interface Drawing {
  canvas: HTMLCanvasElement;
  start: number;
  rows: number;
  columns: number;
  hasNumbers: boolean;
}

interface LayerView {
  name: string; // of the array
  drawings: Drawing[];
  lost: HTMLElement[]; // one a filter, what its absence costs
  element: HTMLElement;
}

export function filtersSection(experiment: Experiment): HTMLElement {
  const content = make("div");
  let views: LayerView[] = [];
  const build = (): void => {
    const arrays = experiment.parameters.filter(({ isBias, shape }) => !isBias && shape.length > 2);
    const first = experiment.parameters.find(({ isBias }) => !isBias);
    views = arrays.length > 0 ? arrays.map((array) => convolutionView(experiment, array)) : first ? [denseView(experiment, first)] : [];
    content.replaceChildren(...views.map(({ element }) => element));
    paintAll();
  };
  const paintAll = (): void => {
    for (const view of views) {
      const array = experiment.parameters.find(({ name }) => name === view.name);
      if (array) for (const drawing of view.drawings) paint(drawing, array.values, greatest(array.values));
    }
  };
  experiment.on("begun", build);
  experiment.on("progress", paintAll);
  experiment.on("epoch", paintAll);
  return section("filters", "filters", "filters_about", content);
}

function drawing(experiment: Experiment, name: string, start: number, rows: number, columns: number, hasNumbers: boolean): Drawing {
  const canvas = make("canvas", { className: hasNumbers ? "numbered" : "weights" });
  const scale = hasNumbers ? CELL_WITH_NUMBER * 2 : 1;
  canvas.width = columns * scale;
  canvas.height = rows * scale;
  if (hasNumbers) canvas.style.width = `${(columns * CELL_WITH_NUMBER) / 16}rem`;
  else canvas.style.width = `${Math.min(96, columns * 9) / 16}rem`;
  canvas.setAttribute("role", "img");
  tells(canvas, (shareX, shareY) => {
    const values = experiment.parameters.find((array) => array.name === name)?.values;
    const row = Math.min(rows - 1, Math.floor(shareY * rows)), column = Math.min(columns - 1, Math.floor(shareX * columns));
    return values ? values[start + row * columns + column]!.toPrecision(4) : null;
  });
  return { canvas, start, rows, columns, hasNumbers };
}

function paint({ canvas, start, rows, columns, hasNumbers }: Drawing, values: Float32Array, most: number): void {
  const context = canvas.getContext("2d")!, cell = canvas.width / columns;
  let least = Infinity, highest = -Infinity;
  if (hasNumbers) {
    context.font = `${cell * 0.31}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
  }
  const image = hasNumbers ? null : context.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; ++i) {
    const value = values[start + i]!, colour = tint(value, most);
    least = Math.min(least, value);
    highest = Math.max(highest, value);
    if (image) {
      image.data.set([...colour, 255], 4 * i);
      continue;
    }
    const x = (i % columns) * cell, y = Math.floor(i / columns) * cell;
    context.fillStyle = `rgb(${colour.join()})`;
    context.fillRect(x, y, cell, cell);
    context.fillStyle = textOn(colour);
    context.fillText(value.toFixed(2).replace("-", "−"), x + cell / 2, y + cell / 2);
  }
  if (image) context.putImageData(image, 0, 0);
  canvas.setAttribute("aria-label", `${least.toFixed(2)} … ${highest.toFixed(2)}`);
}

/** Arrays [filters][planes][rows][columns], or [filters][rows][columns] of filters with one plane each. */
function convolutionView(experiment: Experiment, { name, layer, shape }: Parameter): LayerView {
  const rows = shape.at(-2)!, columns = shape.at(-1)!, filters = shape[0]!, planes = shape.length === 4 ? shape[1]! : 1;
  const hasNumbers = filters * planes <= MOST_WITH_NUMBERS && columns <= 7;
  const figures: HTMLElement[] = [], drawings: Drawing[] = [], lost: HTMLElement[] = [];
  for (let filter = 0; filter < filters && drawings.length < MOST_PLANES; ++filter) {
    const row = make("div", { className: "planes" });
    for (let plane = 0; plane < planes && plane < MOST_PLANES; ++plane) {
      const one = drawing(experiment, name, (filter * planes + plane) * rows * columns, rows, columns, hasNumbers);
      drawings.push(one);
      row.append(one.canvas);
    }
    const caption = make("span"), cost = make("span", { className: "cost" });
    written(() => (caption.textContent = say("filter", filter)));
    lost.push(cost);
    figures.push(make("figure", {}, row, make("figcaption", {}, caption, " ", cost)));
  }
  const title = make("h3"), without = make("button", { type: "button", className: "without" }), answer = make("p", { className: "faint" });
  const layerText = experiment.description.layers[layer]!.text;
  written(() => {
    title.textContent = say("filters_of", layer, layerText);
    without.textContent = say("without");
  });
  without.addEventListener("click", async () => {
    without.disabled = true;
    try {
      const correct = await experiment.client.call("correctWithoutFilters", layer);
      const images = experiment.data!.test.labels.length, whole = experiment.history.at(-1)?.testAccuracy ?? 0;
      answer.textContent = say("without_result", images);
      lost.forEach((cost, filter) => {
        const points = 100 * (correct[filter]! / images - whole);
        cost.textContent = say("points", `${points > 0 ? "+" : points < 0 ? "−" : "±"}${Math.abs(points).toFixed(1)}`);
      });
    } catch (error) {
      answer.textContent = (error as Error).message;
    }
    without.disabled = false;
  });
  const element = make("div", { className: "layer" }, title, make("div", { className: "filters" }, ...figures), make("div", { className: "buttons" }, without, answer));
  return { name, drawings, lost, element };
}

/** The weights of the first units of a dense layer that sees the image. */
function denseView(experiment: Experiment, { name, shape }: Parameter): LayerView {
  const [planes, height, width] = experiment.description.input, inputs = shape[1]!;
  const drawings = Array.from({ length: Math.min(MOST_UNITS, shape[0]!) * planes }, (_, i) =>
    drawing(experiment, name, Math.floor(i / planes) * inputs + (i % planes) * height * width, height, width, false),
  );
  const about = make("p", { className: "faint" });
  written(() => (about.textContent = say("no_filters")));
  const element = make("div", { className: "layer" }, about, make("div", { className: "filters" }, ...drawings.map(({ canvas }) => canvas)));
  return { name, drawings, lost: [], element };
}

// A field to draw on, and what the network takes the drawing for.
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import type { LookingSection } from "./looking_section";
import { button, section } from "./section";
import { say } from "./words";

export function padSection(experiment: Experiment, looking: LookingSection): HTMLElement {
  const canvas = make("canvas", { className: "pad", tabIndex: 0, attributes: { role: "img" } });
  written(() => canvas.setAttribute("aria-label", say("pad_cursor")));
  let width = 0, height = 0, values = new Float32Array(), cursor: [number, number] | null = null, last: [number, number] | null = null;

  const paint = (): void => {
    const context = canvas.getContext("2d")!, image = context.createImageData(width, height);
    values.forEach((value, i) => {
      const grey = Math.round(255 * value);
      image.data.set([grey, grey, grey, 255], 4 * i);
    });
    if (cursor) image.data.set([27, 138, 107, 255], 4 * (Math.round(cursor[1]) * width + Math.round(cursor[0])));
    context.putImageData(image, 0, 0);
  };
  const clear = (): void => {
    values = new Float32Array(width * height);
    paint();
  };
  /** A round brush with a soft border, a tenth of the field wide, as in handwritten digits. */
  const dab = (x: number, y: number): void => {
    const radius = width / 20;
    for (let row = 0; row < height; ++row) {
      for (let column = 0; column < width; ++column) {
        const ink = radius + 0.7 - Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const i = row * width + column;
        values[i] = Math.max(values[i]!, Math.min(1, ink));
      }
    }
  };
  const ask = (): void => {
    paint();
    const planes = experiment.description.input[0], pixels = new Uint8Array(planes * width * height);
    for (let plane = 0; plane < planes; ++plane) pixels.set(values.map((value) => Math.round(255 * value)), plane * width * height);
    looking.lookAtOther(pixels, null);
  };
  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  };
  const stroke = (to: [number, number]): void => {
    const from = last ?? to, steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let i = 1; i <= steps; ++i) dab(from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps);
    last = to;
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    cursor = null;
    last = null;
    stroke(place(event));
    ask();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1) || last === null) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) stroke(place(part));
    ask();
  });
  canvas.addEventListener("pointerup", () => (last = null));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    cursor ??= [Math.floor(width / 2), Math.floor(height / 2)];
    if (step) {
      cursor = [Math.max(0, Math.min(width - 1, cursor[0] + step[0]!)), Math.max(0, Math.min(height - 1, cursor[1] + step[1]!))];
      paint();
    } else {
      dab(cursor[0] + 0.5, cursor[1] + 0.5);
      ask();
    }
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    paint();
  });
  experiment.on("begun", () => {
    const [, inputHeight, inputWidth] = experiment.description.input;
    if (inputHeight === height && inputWidth === width) return;
    [height, width] = [inputHeight, inputWidth];
    canvas.width = width;
    canvas.height = height;
    clear();
  });
  return section("pad", "pad", "pad_about", canvas, make("div", { className: "buttons" }, button("clear", clear)));
}

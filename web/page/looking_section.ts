// What every layer makes of an image: of a test image that is pointed at, or of a drawn one.
import { answerList } from "./answer";
import type { Shape } from "./core";
import { imageOf } from "./data";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import { imageCanvas, planeCanvas } from "./pictures";
import type { Look } from "./protocol";
import { section } from "./section";
import { say } from "./words";

const SHOWN_IMAGES = 30, MOST_PLANES = 64, UNITS_A_ROW = 40, MILLISECONDS_BETWEEN_LOOKS = 250;

export class LookingSection {
  readonly element: HTMLElement;
  private readonly strip = make("div", { className: "strip scroll", attributes: { role: "group" } });
  private readonly layers = make("div", { className: "layers" });
  private pixels: Uint8Array | null = null;
  private label: number | null = null; // the right class, where it is known
  private isLooking = false;
  private looked = 0;

  constructor(private readonly experiment: Experiment) {
    this.element = section("looking", "looking", "looking_about", this.strip, this.layers);
    written(() => this.strip.setAttribute("aria-label", say("looking")));
    experiment.on("begun", () => this.begin());
    experiment.on("progress", () => void this.look());
    experiment.on("epoch", () => void this.look());
    this.strip.addEventListener("keydown", (event) => this.move(event));
  }

  private begin(): void {
    const { data } = this.experiment;
    const shape = this.experiment.description.input;
    this.strip.replaceChildren();
    if (!data || String(shape) !== String(data.shape)) {
      this.pixels = null;
      this.layers.replaceChildren();
      return;
    }
    const count = Math.min(SHOWN_IMAGES, data.test.labels.length);
    for (let i = 0; i < count; ++i) {
      // Spread over the test images, whose order may be by classes.
      const index = Math.floor((i * data.test.labels.length) / count), label = data.test.labels[index]!;
      const pixels = imageOf(data.test, index, shape);
      const button = make("button", { type: "button", tabIndex: i === 0 ? 0 : -1 }, imageCanvas(pixels, shape));
      button.setAttribute("aria-label", say("test_image", index, data.classes[label]!));
      button.setAttribute("aria-pressed", String(i === 0));
      const choose = (): void => {
        this.mark(button);
        void this.lookAt(pixels, label);
      };
      for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, choose);
      this.strip.append(button);
      if (i === 0) void this.lookAt(pixels, label);
    }
  }

  private mark(chosen: HTMLElement | null): void {
    for (const button of this.strip.children) {
      button.setAttribute("aria-pressed", String(button === chosen));
      (button as HTMLElement).tabIndex = button === (chosen ?? this.strip.firstElementChild) ? 0 : -1;
    }
  }

  private move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const buttons = [...this.strip.children] as HTMLElement[], at = buttons.indexOf(document.activeElement as HTMLElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]!.focus();
  }

  /** An image that is none of the strip has no button to mark. */
  lookAtOther(pixels: Uint8Array, label: number | null): void {
    this.mark(null);
    void this.lookAt(pixels, label);
  }

  private lookAt(pixels: Uint8Array, label: number | null): Promise<void> {
    this.pixels = pixels;
    this.label = label;
    this.looked = 0;
    return this.look();
  }

  /** One look at a time, and not too many: training has something else to do. */
  private async look(): Promise<void> {
    if (!this.pixels || this.isLooking || performance.now() - this.looked < MILLISECONDS_BETWEEN_LOOKS) return;
    this.isLooking = true;
    const pixels = this.pixels, label = this.label;
    try {
      const look = await this.experiment.client.call("look", pixels);
      this.show(pixels, label, look);
    } catch {
      // Another network is on its way, and will be looked at.
    }
    this.looked = performance.now();
    this.isLooking = false;
    if (this.pixels !== pixels) void this.lookAt(this.pixels, this.label);
  }

  private show(pixels: Uint8Array, label: number | null, { layers, shares }: Look): void {
    const { description } = this.experiment, rows: HTMLElement[] = [];
    rows.push(row(say("input"), description.input.join(" × "), [imageCanvas(pixels, description.input)]));
    layers.slice(0, -1).forEach(({ shape, values }, i) => {
      rows.push(row(description.layers[i]!.text, shape.join(" × "), planes(shape, values)));
    });
    const answer = answerList(this.experiment.classes, shares, label);
    rows.push(make("div", { className: "look" }, make("h3", { textContent: say("answer") }), answer));
    this.layers.replaceChildren(...rows);
  }
}

const row = (title: string, shape: string, pictures: HTMLCanvasElement[]): HTMLElement =>
  make(
    "div",
    { className: "look" },
    make("h3", {}, make("code", { textContent: title }), make("span", { className: "faint", textContent: ` ${shape}` })),
    make("div", { className: "maps", attributes: { "aria-hidden": "true" } }, ...pictures),
  );

function planes([count, height, width]: Shape, values: Float32Array): HTMLCanvasElement[] {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (height === 1 && width === 1) {
    const columns = Math.min(UNITS_A_ROW, count), rows = Math.ceil(count / columns);
    const filled = new Float32Array(columns * rows).fill(least);
    filled.set(values);
    const canvas = planeCanvas(filled, columns, rows, least, most);
    canvas.className = "units";
    return [canvas];
  }
  return Array.from({ length: Math.min(count, MOST_PLANES) }, (_, plane) =>
    planeCanvas(values.subarray(plane * height * width, (plane + 1) * height * width), width, height, least, most),
  );
}

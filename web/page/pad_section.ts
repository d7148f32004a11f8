// A field to draw on, and beside it what the network takes the drawing for.
import { answerList } from "./answer";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import type { LookingSection } from "./looking_section";
import { imageCanvas } from "./pictures";
import { button, section, text } from "./section";
import { asDrawn, framed, frameOf, type Stroke } from "./strokes";
import { say } from "./words";

/** The field's own pixels, and cells of the keyboard's cursor, on a side. */
const SIDE = 196, CELLS = 28;

export function padSection(experiment: Experiment, looking: LookingSection): HTMLElement {
  const canvas = make("canvas", { className: "pad", tabIndex: 0, width: SIDE, height: SIDE, attributes: { role: "img" } });
  written(() => canvas.setAttribute("aria-label", say("pad_cursor")));
  const seen = make("span", { className: "seen" }), answer = make("div", { attributes: { "aria-live": "polite" } });
  const hint = text("p", "pad_empty", "faint");
  let strokes: Stroke[] = [], cursor: [number, number] | null = null, isDrawing = false;
  let isAsking = false, isAskedAgain = false;

  const paint = (): void => {
    const context = canvas.getContext("2d")!, image = context.createImageData(SIDE, SIDE), cell = SIDE / CELLS;
    asDrawn(strokes, SIDE, SIDE).forEach((value, i) => image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
    context.putImageData(image, 0, 0);
    if (!cursor) return;
    context.fillStyle = "#1b8a6b";
    context.fillRect(cursor[0] * cell, cursor[1] * cell, cell, cell);
  };
  /** As the network gets it: [P][H][W]. */
  const pixels = (): Uint8Array => {
    const { input } = experiment.description, frame = frameOf(experiment.wish.source.name, experiment.classes);
    const grey = framed(strokes, input, frame).map((value) => Math.round(255 * value));
    return Uint8Array.from({ length: input[0] * grey.length }, (_, i) => grey[i % grey.length]!);
  };
  const ask = async (): Promise<void> => {
    hint.hidden = strokes.length > 0;
    if (strokes.length === 0 || !experiment.description) return answer.replaceChildren(), seen.replaceChildren();
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    const image = pixels(), { classes, description } = experiment;
    try {
      const shares = await experiment.client.call("shares", image);
      answer.replaceChildren(answerList(classes, shares, null));
      seen.replaceChildren(imageCanvas(image, description.input));
    } catch {
      // Another network is on its way, and will be asked.
    }
    isAsking = false;
    if (!isAskedAgain) return;
    isAskedAgain = false;
    void ask();
  };
  const drawn = (): void => {
    paint();
    void ask();
    if (strokes.length > 0) looking.lookAtOther(pixels(), null);
  };
  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect(), share = (value: number) => Math.max(0, Math.min(1, value));
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!experiment.description) return;
    canvas.setPointerCapture(event.pointerId);
    cursor = null;
    isDrawing = true;
    strokes.push([place(event)]);
    drawn();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1) || !isDrawing) return;
    strokes.at(-1)!.push(...(event.getCoalescedEvents?.() ?? [event]).map(place));
    drawn();
  });
  for (const end of ["pointerup", "pointercancel"] as const) canvas.addEventListener(end, () => (isDrawing = false));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if ((!step && event.key !== " ") || !experiment.description) return;
    event.preventDefault();
    cursor ??= [CELLS / 2, CELLS / 2];
    if (step) {
      cursor = [Math.max(0, Math.min(CELLS - 1, cursor[0] + step[0]!)), Math.max(0, Math.min(CELLS - 1, cursor[1] + step[1]!))];
      return paint();
    }
    const point: [number, number] = [(cursor[0] + 0.5) / CELLS, (cursor[1] + 0.5) / CELLS], last = strokes.at(-1)?.at(-1);
    const isNext = last && Math.hypot(point[0] - last[0], point[1] - last[1]) < 1.5 / CELLS;
    if (isNext) strokes.at(-1)!.push(point);
    else strokes.push([point]);
    drawn();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    paint();
  });
  const clear = (): void => {
    strokes = [];
    drawn();
  };
  paint();
  for (const happening of ["begun", "progress", "epoch"] as const) experiment.on(happening, () => void ask());
  const under = make("div", { className: "buttons" }, button("clear", clear), text("span", "pad_seen", "faint"), seen);
  const field = make("div", {}, canvas, under);
  return section("pad", "pad", "pad_about", make("div", { className: "drawn" }, field, make("div", { className: "drawn-answer" }, hint, answer)));
}

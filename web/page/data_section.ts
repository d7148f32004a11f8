// Which images: those of the page, of files, or the visitor's own; which classes, and how many of each.
import { countFromText } from "./address";
import { dataOfFiles } from "./data_files";
import { type Choice, type Dataset, fewestOf } from "./data";
import { make, writerInto, written } from "./elements";
import type { Experiment } from "./experiment";
import { OWN_PICTURES, ownPictures } from "./own_pictures";
import { recognized } from "./published";
import { section, text } from "./section";
import { withData } from "./wish";
import { say } from "./words";

const PLANES_AND_SHIPS = ["airplane", "ship"];

/** Few enough images to see something soon. */
function firstChoice(data: Dataset): Choice {
  const isCifar = PLANES_AND_SHIPS.every((name) => data.classes.includes(name));
  const most = isCifar ? 1000 : 500, classes = isCifar ? PLANES_AND_SHIPS : null;
  return { classes, perClass: fewestOf(data, classes ?? data.classes) > most ? most : null };
}

type Source = "clothes" | "files" | "own";

export function dataSection(experiment: Experiment, clothes: Dataset): HTMLElement {
  const problem = make("p", { className: "bad", hidden: true, attributes: { role: "alert" } });
  const complain = (message: string): void => {
    problem.textContent = message;
    problem.hidden = false;
  };
  const use = (data: Dataset, choice: Choice = { classes: null, perClass: null }): void => {
    problem.hidden = true;
    void experiment.receive(data, choice);
  };

  const files = make("input", { type: "file", multiple: true, id: "data-files" });
  written(() => files.setAttribute("aria-label", say("choose_files")));
  files.addEventListener("change", async () => {
    const chosen = [...(files.files ?? [])];
    if (chosen.length === 0) return;
    try {
      const data = await recognized(await dataOfFiles(chosen), (named) => experiment.client.call("fingerprint", named));
      use(data, firstChoice(data));
    } catch (error) {
      complain((error as Error).message);
    }
    files.value = "";
  });
  const parts: Record<Source, HTMLElement | null> = {
    clothes: null,
    files: make("div", { hidden: true }, text("p", "files_about", "about"), files),
    own: ownPictures(use, complain),
  };
  parts.own!.hidden = true;

  const radios = new Map<Source, HTMLInputElement>();
  const show = (source: Source): void => {
    for (const [name, part] of Object.entries(parts)) if (part) part.hidden = name !== source;
    radios.get(source)!.checked = true;
  };
  const sources = make("fieldset", { className: "choices" }, text("legend", "data", "hidden"));
  for (const source of ["clothes", "files", "own"] as const) {
    const radio = make("input", { type: "radio", name: "source", id: `source-${source}`, checked: source === "clothes" });
    const label = text("label", source);
    label.htmlFor = radio.id;
    radios.set(source, radio);
    radio.addEventListener("change", () => {
      show(source);
      if (source !== "clothes" || (!experiment.awaited && experiment.wish.source === clothes)) return;
      problem.hidden = true;
      void experiment.useData(clothes, { classes: null, perClass: null });
    });
    sources.append(make("div", {}, radio, label));
  }

  const perClass = make("input", { type: "text", inputMode: "numeric", size: 6, id: "per-class" });
  const perClassLabel = text("label", "per_class");
  perClassLabel.htmlFor = perClass.id;
  const writePerClass = writerInto(perClass);
  perClass.addEventListener("change", () => {
    const text = perClass.value.trim();
    const number = experiment.valid("per_class", "data", () => (text === "" ? null : countFromText("per_class", text)));
    const { wish } = experiment;
    void experiment.wishFor(number === undefined ? wish : { ...wish, choice: { ...wish.choice, perClass: number } });
  });

  const names = make("fieldset", { className: "choices classes" });
  let boxes: HTMLInputElement[] = [], shown: readonly string[] = [], shownSource = clothes;
  const choose = (): void => {
    const { classes } = experiment.wish.source, kept = classes.filter((_, i) => boxes[i]!.checked);
    void experiment.wishFor(withData(experiment.wish, experiment.wish.source, { ...experiment.wish.choice, classes: kept.length === classes.length ? null : kept }));
  };
  const showChoice = (): void => {
    if (!experiment.wish) return;
    const { source, choice } = experiment.wish, { classes } = source;
    if (!experiment.isWrong("per_class")) writePerClass(choice.perClass === null ? "" : String(choice.perClass));
    if (String(shown) !== String(classes)) {
      boxes = classes.map((_, i) => make("input", { type: "checkbox", id: `class-${i}` }));
      for (const box of boxes) box.addEventListener("change", choose);
      names.replaceChildren(
        text("legend", "classes"),
        ...boxes.map((box, i) => make("span", {}, box, make("label", { htmlFor: box.id, textContent: classes[i]! }))),
      );
      shown = classes;
    }
    boxes.forEach((box, i) => (box.checked = choice.classes?.includes(classes[i]!) ?? true));
    if (source !== shownSource) show(source === clothes ? "clothes" : source.name === OWN_PICTURES ? "own" : "files");
    shownSource = source;
  };
  experiment.on("considered", showChoice);
  experiment.on("considered", () => {
    const { problem: found } = experiment;
    if (found?.where === "data") complain(found.message);
    else problem.hidden = true;
  });
  experiment.on("begun", showChoice);
  experiment.on("address", () => {
    if (experiment.awaited) show("files");
  });
  return section("data", "data", "data_about", sources, ...Object.values(parts).filter((part) => part !== null), problem, names, make("div", { className: "field" }, perClassLabel, perClass));
}

// Which images: those of the page, of files, or the visitor's own; which classes, and how many of each.
import { dataOfFiles } from "./data_files";
import type { Choice, Dataset } from "./data";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import { ownPictures } from "./own_pictures";
import { section, text } from "./section";
import { say } from "./words";

type Source = "clothes" | "files" | "own";

export function dataSection(experiment: Experiment, clothes: Dataset): HTMLElement {
  const problem = make("p", { className: "bad", hidden: true, attributes: { role: "alert" } });
  const complain = (message: string): void => {
    problem.textContent = message;
    problem.hidden = false;
  };
  const use = (data: Dataset, choice: Choice = { classes: null, perClass: null }): void => {
    problem.hidden = true;
    void experiment.useData(data, choice);
  };

  const files = make("input", { type: "file", multiple: true, id: "data-files" });
  written(() => files.setAttribute("aria-label", say("choose_files")));
  files.addEventListener("change", async () => {
    const chosen = [...(files.files ?? [])];
    if (chosen.length === 0) return;
    try {
      const data = await dataOfFiles(chosen);
      use(data, data.name === "cifar10" ? { classes: ["airplane", "ship"], perClass: 1000 } : { classes: null, perClass: 500 });
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

  const sources = make("fieldset", { className: "choices" }, text("legend", "data", "hidden"));
  for (const source of ["clothes", "files", "own"] as const) {
    const radio = make("input", { type: "radio", name: "source", id: `source-${source}`, checked: source === "clothes" });
    const label = text("label", source);
    label.htmlFor = radio.id;
    radio.addEventListener("change", () => {
      for (const [name, part] of Object.entries(parts)) if (part) part.hidden = name !== source;
      if (source === "clothes" && experiment.source !== clothes) use(clothes);
    });
    sources.append(make("div", {}, radio, label));
  }

  const perClass = make("input", { type: "text", inputMode: "numeric", size: 6, id: "per-class" });
  const perClassLabel = text("label", "per_class");
  perClassLabel.htmlFor = perClass.id;
  perClass.addEventListener("change", () => {
    const value = perClass.value.trim();
    if (value !== "" && !/^[1-9]\d{0,5}$/.test(value)) return complain(`per_class: expected a whole number above 0, got "${value}"`);
    const number = value === "" ? null : Number(value), { labels } = experiment.source.train;
    const fewest = Math.min(...experiment.data.classes.map((name) => labels.reduce((sum, label) => sum + Number(experiment.source.classes[label] === name), 0)));
    if (number !== null && number > fewest) return complain(`per_class: there are only ${fewest} of a class, but ${number} are asked for`);
    use(experiment.source, { ...experiment.choice, perClass: number });
  });

  const names = make("fieldset", { className: "choices classes" });
  const showChoice = (): void => {
    if (!experiment.source) return;
    perClass.value = experiment.choice.perClass === null ? "" : String(experiment.choice.perClass);
    const { classes } = experiment.source, chosen = experiment.choice.classes ?? classes;
    const focused = document.activeElement?.id;
    names.replaceChildren(text("legend", "classes"));
    classes.forEach((name, i) => {
      const box = make("input", { type: "checkbox", id: `class-${i}`, checked: chosen.includes(name) });
      box.addEventListener("change", () => {
        const kept = classes.filter((other) => (other === name ? box.checked : chosen.includes(other)));
        use(experiment.source, { ...experiment.choice, classes: kept.length === classes.length ? null : kept });
      });
      names.append(make("span", {}, box, make("label", { htmlFor: box.id, textContent: name })));
    });
    if (focused?.startsWith("class-")) document.getElementById(focused)?.focus();
  };
  experiment.on("begun", showChoice);
  return section("data", "data", "data_about", sources, ...Object.values(parts).filter((part) => part !== null), problem, names, make("div", { className: "field" }, perClassLabel, perClass));
}

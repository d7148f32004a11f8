// The settings by Python's names, and the blog's questions, which change one thing each.
import { make, writerInto } from "./elements";
import type { Experiment } from "./experiment";
import { button, section, text } from "./section";
import { hasMeaning, SETTINGS, settingText } from "./settings";

const FIRST = ["epochs", "batch_size", "learning_rate", "seed"];

export function settingsSection(experiment: Experiment): HTMLElement {
  const problem = make("p", { className: "bad", hidden: true, attributes: { role: "alert" } });
  const field = (name: string): HTMLElement => {
    const id = `setting-${name}`, { kind, choices, help } = SETTINGS.get(name)!;
    const label = make("label", { htmlFor: id, title: help }, make("code", { textContent: name }));
    let input: HTMLInputElement | HTMLSelectElement;
    if (kind === "choice") input = make("select", { id }, ...choices!.map((value) => make("option", { value, textContent: value })));
    else if (kind === "switch") input = make("input", { id, type: "checkbox" });
    else input = make("input", { id, type: "text", inputMode: kind === "whole" ? "numeric" : kind === "number" ? "decimal" : "text", size: 8 });
    input.title = help;
    const isBox = kind === "switch", box = input as HTMLInputElement, write = writerInto(input);
    input.addEventListener("change", () => void experiment.useSetting(name, isBox ? String(box.checked) : input.value));
    const whole = make("div", { className: "field" }, label, input);
    experiment.on("considered", () => {
      if (!experiment.wish) return;
      const { settings } = experiment.wish, value = settings[name]!, isWrong = experiment.isWrong(name);
      if (isBox) box.checked = Boolean(value);
      else if (!isWrong) write(settingText(value));
      if (isWrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      const isUsual = settingText(value) === settingText(SETTINGS.get(name)!.default);
      whole.hidden = !hasMeaning(name, settings) && isUsual && !isWrong;
    });
    return whole;
  };
  experiment.on("considered", () => {
    const found = experiment.problem?.where === "settings" ? experiment.problem : null;
    problem.hidden = found === null;
    problem.textContent = found?.message ?? "";
  });
  const panels = new Map<string, string[]>();
  for (const [name, { panel }] of SETTINGS) if (!FIRST.includes(name)) panels.set(panel, [...(panels.get(panel) ?? []), name]);
  return section(
    "settings",
    "settings",
    "settings_about",
    make("div", { className: "fields" }, ...FIRST.map(field)),
    make(
      "details",
      {},
      text("summary", "more_settings"),
      ...[...panels].flatMap(([panel, names]) => [make("h3", { textContent: panel }), make("div", { className: "fields" }, ...names.map(field))]),
    ),
    problem,
  );
}

export function questionsSection(experiment: Experiment): HTMLElement {
  const swapped = (network: string): string =>
    network.replace(/\b(relu|sigmoid(\([^)]*\))?)/g, (activation) => (activation === "relu" ? "sigmoid" : "relu"));
  return section(
    "questions",
    "questions",
    "questions_about",
    make(
      "div",
      { className: "buttons" },
      button("swap_activation", () => void experiment.useText(swapped(experiment.wish.text)), { id: "swap" }),
      button("batch_one", () => void experiment.useSetting("batch_size", "1")),
      button("batch_many", () => void experiment.useSetting("batch_size", "64")),
      button("next_seed", () => void experiment.useSetting("seed", String(experiment.wish.settings.seed + 1))),
    ),
  );
}

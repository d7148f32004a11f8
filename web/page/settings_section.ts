// The settings by Python's names, and the blog's questions, which change one thing each.
import { make } from "./elements";
import type { Experiment } from "./experiment";
import { button, section, text } from "./section";
import { CHOICES, RANGES, type SettingName, settingFromText } from "./settings";

const FIRST: SettingName[] = ["epochs", "batch_size", "learning_rate", "seed"];
const OTHERS: SettingName[] = [
  "schedule", "warmup_epochs", "step_epochs", "step_factor", "optimizer", "momentum", "weight_decay", "gradient_clip_norm",
  "loss", "reduction", "initialization", "normalization", "shift_pixels", "flip_horizontally",
];

export function settingsSection(experiment: Experiment): HTMLElement {
  const problem = make("p", { className: "bad", hidden: true, attributes: { role: "alert" } });
  const field = (name: SettingName): HTMLElement => {
    const id = `setting-${name}`, choices = CHOICES[name], range = RANGES[name];
    const label = make("label", { htmlFor: id }, make("code", { textContent: name }));
    let input: HTMLInputElement | HTMLSelectElement;
    if (choices) input = make("select", { id }, ...choices.map((value) => make("option", { value, textContent: value })));
    else if (range) input = make("input", { id, type: "text", inputMode: range.whole ? "numeric" : "decimal", size: 8 });
    else input = make("input", { id, type: "checkbox" });
    const value = (): string => (input instanceof HTMLInputElement && input.type === "checkbox" ? String(input.checked) : input.value);
    input.addEventListener("change", () => {
      try {
        const changed = settingFromText(name, value());
        problem.hidden = true;
        input.removeAttribute("aria-invalid");
        void experiment.change({ [name]: changed });
      } catch (error) {
        problem.textContent = (error as Error).message;
        problem.hidden = false;
        input.setAttribute("aria-invalid", "true");
      }
    });
    experiment.on("begun", () => {
      const present = experiment.settings[name];
      if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = Boolean(present);
      else input.value = String(present);
      input.removeAttribute("aria-invalid");
    });
    return make("div", { className: "field" }, label, input);
  };
  experiment.on("begun", () => (problem.hidden = true));
  return section(
    "settings",
    "settings",
    "settings_about",
    make("div", { className: "fields" }, ...FIRST.map(field)),
    make("details", {}, text("summary", "more_settings"), make("div", { className: "fields" }, ...OTHERS.map(field))),
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
      button("swap_activation", () => void experiment.useText(swapped(experiment.text)), { id: "swap" }),
      button("batch_one", () => void experiment.change({ batch_size: 1 })),
      button("batch_many", () => void experiment.change({ batch_size: 64 })),
      button("next_seed", () => void experiment.change({ seed: experiment.settings.seed + 1 })),
    ),
  );
}

// The network: a text with the parser's own errors, and a drawing.
import { make, written } from "./elements";
import { networkDrawing } from "./drawing";
import type { Experiment } from "./experiment";
import { PRESETS } from "./presets";
import { section, text } from "./section";
import { currentLanguage, say } from "./words";

export function networkSection(experiment: Experiment): HTMLElement {
  const preset = make("select", { id: "preset" });
  for (const name of PRESETS.keys()) preset.append(make("option", { value: name, textContent: name }));
  preset.addEventListener("change", () => void experiment.usePreset(preset.value));
  const network = make("textarea", {
    id: "network-text",
    rows: 4,
    spellcheck: false,
    attributes: { autocapitalize: "off", autocomplete: "off", "aria-describedby": "network-problem" },
  });
  network.addEventListener("input", () => void experiment.useText(network.value));
  const problem = make("pre", { id: "network-problem", className: "bad", hidden: true, attributes: { role: "alert" } });
  const drawing = make("div", { className: "scroll", tabIndex: 0, attributes: { role: "group" } });
  const sizes = make("p", { className: "faint" });

  const showSizes = (): void => {
    if (!experiment.description) return;
    const { parameters, layers } = experiment.description, number = new Intl.NumberFormat(currentLanguage());
    const multiplyAdds = layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
    sizes.textContent = `${number.format(parameters)} ${say("parameters")}, ${number.format(multiplyAdds)} ${say("multiply_adds")}`;
    drawing.setAttribute("aria-label", say("network"));
  };
  experiment.on("begun", () => {
    drawing.replaceChildren(networkDrawing(experiment.description));
    showSizes();
  });
  const showWish = (): void => {
    if (!experiment.wish) return;
    const { wish, isOpened, change, problem: found } = experiment, isWrong = found?.where === "network";
    preset.value = wish.preset;
    const shown = isOpened && change === "none" && !isWrong ? experiment.description.text : wish.text;
    if (network.value !== shown) network.value = shown;
    problem.hidden = !isWrong;
    problem.textContent = isWrong ? found.message : "";
    network.setAttribute("aria-invalid", String(isWrong));
  };
  experiment.on("begun", showWish);
  experiment.on("considered", showWish);
  written(showSizes);

  const presetLabel = text("label", "preset"), networkLabel = text("label", "text_of_network");
  presetLabel.htmlFor = "preset";
  networkLabel.htmlFor = "network-text";
  return section(
    "network",
    "network",
    "network_about",
    make("div", { className: "field" }, presetLabel, preset),
    make("div", { className: "field wide" }, networkLabel, network),
    problem,
    drawing,
    sizes,
  );
}

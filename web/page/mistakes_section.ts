// Test images that the network names wrongly, and how much it still recognises of altered ones.
import { imageOf } from "./data";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import type { LookingSection } from "./looking_section";
import { imageCanvas } from "./pictures";
import type { Alteration } from "./protocol";
import { section } from "./section";
import { percent, say } from "./words";

const SHOWN = 24;

export function mistakesSection(experiment: Experiment, looking: LookingSection): HTMLElement {
  const list = make("ul", { className: "mistakes" });
  const show = (): void => {
    const { data, predictions, description } = experiment;
    if (!data) return;
    const wrong = [...predictions.keys()].filter((i) => predictions[i] !== data.test.labels[i]);
    const every = Math.max(1, wrong.length / SHOWN); // spread over all of them
    const shown = Array.from({ length: Math.min(SHOWN, wrong.length) }, (_, i) => wrong[Math.floor(i * every)]!);
    list.replaceChildren(
      ...shown.map((index) => {
        const label = data.test.labels[index]!, pixels = imageOf(data.test, index, description.input);
        const words = say("is_said", data.classes[label]!, data.classes[predictions[index]!]!);
        const button = make("button", { type: "button" }, imageCanvas(pixels, description.input), make("span", { textContent: words }));
        button.addEventListener("click", () => looking.lookAtOther(pixels, label));
        button.addEventListener("pointerenter", () => looking.lookAtOther(pixels, label));
        return make("li", {}, button);
      }),
    );
    if (wrong.length === 0 && predictions.length > 0) list.replaceChildren(make("li", { textContent: say("no_mistakes") }));
  };
  experiment.on("begun", show);
  experiment.on("epoch", show);
  written(show);
  return section("mistakes", "mistakes", "mistakes_about", list);
}

const ALTERATIONS: Exclude<Alteration, "none">[] = ["upside_down", "mirrored", "left_half", "dark", "grey"];

export function alteredSection(experiment: Experiment): HTMLElement {
  const buttons = ALTERATIONS.map((alteration) => {
    const words = make("span"), result = make("span", { className: "result" });
    const button = make("button", { type: "button" }, words, result);
    written(() => (words.textContent = say(alteration)));
    button.addEventListener("click", async () => {
      try {
        const correct = await experiment.client.call("correctOfAltered", alteration);
        result.textContent = percent(correct / experiment.data!.test.labels.length);
      } catch (error) {
        result.textContent = (error as Error).message;
      }
    });
    experiment.on("begun", () => {
      result.textContent = "";
      button.hidden = alteration === "grey" && experiment.description.input[0] !== 3;
    });
    return button;
  });
  return section("altered", "altered", "altered_about", make("div", { className: "buttons altered", attributes: { "aria-live": "polite" } }, ...buttons));
}

// The page: its sections, and what they share.
import { readAddress } from "./address";
import { bitsSection } from "./bits_section";
import { controls } from "./controls";
import { curvesSections } from "./curves_section";
import { clothes } from "./data_files";
import { dataSection } from "./data_section";
import { byId, writeAll, written } from "./elements";
import { embeddedClothes, embeddedModules } from "./embedded";
import { Experiment } from "./experiment";
import { filtersSection } from "./filters_section";
import { LookingSection } from "./looking_section";
import { alteredSection, mistakesSection } from "./mistakes_section";
import { networkSection } from "./network_section";
import { padSection } from "./pad_section";
import { presetText } from "./presets";
import type { CoreFacts } from "./protocol";
import { questionsSection, settingsSection } from "./settings_section";
import { showTips } from "./tip";
import { currentLanguage, say, setLanguage, type Word } from "./words";

function complain(messages: string[]): void {
  const problem = byId("problem");
  problem.textContent = messages.join("\n");
  problem.hidden = messages.length === 0;
}

async function start(): Promise<void> {
  const { address, problems } = readAddress(location.hash);
  setLanguage(address.language);
  complain(problems);
  const experiment = new Experiment();
  let facts: CoreFacts | null = null;
  written(() => {
    document.documentElement.lang = currentLanguage();
    document.title = `lenetpp: ${say("title")}`;
    for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) element.textContent = say(element.dataset.word as Word);
    byId("core").textContent = facts ? `${say("core", facts.version, facts.numerics, facts.instructionSet)} ${say("hidden_note")}` : say("loading");
  });
  byId("language").addEventListener("click", () => {
    setLanguage(currentLanguage() === "en" ? "ja" : "en");
    writeAll();
    if (experiment.data) experiment.saveAddress();
  });
  showTips();
  controls(experiment);

  const [data] = await Promise.all([
    clothes(embeddedClothes()),
    embeddedModules().then(async ({ relaxed, plain }) => {
      const modules = { relaxed: address.core === "emulated" ? null : relaxed, plain };
      facts = await experiment.client.call("open", modules);
    }),
  ]);
  const looking = new LookingSection(experiment);
  byId("setup").append(dataSection(experiment, data), networkSection(experiment), settingsSection(experiment), questionsSection(experiment));
  byId("views").append(
    ...curvesSections(experiment),
    filtersSection(experiment),
    looking.element,
    padSection(experiment, looking),
    mistakesSection(experiment, looking),
    alteredSection(experiment),
    bitsSection(experiment),
  );
  experiment.source = data;
  experiment.choice = address.choice;
  experiment.core = address.core;
  experiment.preset = address.preset;
  experiment.settings = address.settings;
  experiment.text = address.text ?? presetText(address.preset, data.shape, address.choice.classes?.length ?? data.classes.length);
  await experiment.begin();
  if (experiment.problem && !experiment.data) {
    // What the address asks for cannot be: the page is shown as it is without one, and says what is wrong.
    const message = experiment.problem.message;
    experiment.choice = { classes: null, perClass: null };
    experiment.text = presetText("lenet5", data.shape, data.classes.length);
    await experiment.begin();
    complain([...problems, message]);
  }
  writeAll();
}

start().catch((error: Error) => complain([error.message]));

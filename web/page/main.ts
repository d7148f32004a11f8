// The page: its sections, and what they share.
import { readAddress } from "./address";
import { bitsSection } from "./bits_section";
import { controls } from "./controls";
import { curvesSections } from "./curves_section";
import { EMBEDDED } from "./data";
import { npzDataset } from "./data_files";
import { dataSection } from "./data_section";
import { byId, make, writeAll, written } from "./elements";
import { embeddedClothes, embeddedModules } from "./embedded";
import { Experiment } from "./experiment";
import { filtersSection } from "./filters_section";
import { LookingSection } from "./looking_section";
import { alteredSection, mistakesSection } from "./mistakes_section";
import { networkSection } from "./network_section";
import { padSection } from "./pad_section";
import { button } from "./section";
import { questionsSection, settingsSection } from "./settings_section";
import { showTips } from "./tip";
import { currentLanguage, type Language, say, setLanguage, type Word } from "./words";

/** What an address cannot do, and which images it waits for. */
function sayOfAddress(experiment: Experiment): void {
  const { awaited, addressProblems } = experiment, data = awaited?.data;
  const sentences = addressProblems.length > 0 ? [say(awaited ? "address_differs" : "address_refused", addressProblems.join("; "))] : [];
  if (data) sentences.push(say("address_waits", data.name, data.fingerprint ?? "–"));
  const parts: HTMLElement[] = sentences.map((sentence) => make("p", { textContent: sentence }));
  if (awaited) parts.push(button("without_address", () => void experiment.follow("")));
  byId("problem").replaceChildren(...parts);
  byId("problem").hidden = parts.length === 0;
}

function complain(error: unknown): void {
  byId("problem").textContent = (error as Error).message;
  byId("problem").hidden = false;
}

const languageOf = (hash: string): Language => {
  const address = readAddress(hash), asked = "problems" in address ? null : address.language;
  return asked ?? (navigator.language.startsWith("ja") ? "ja" : "en");
};

async function start(): Promise<void> {
  setLanguage(languageOf(location.hash));
  const experiment = new Experiment();
  written(() => {
    const { facts } = experiment;
    document.documentElement.lang = currentLanguage();
    document.title = `lenetpp: ${say("title")}`;
    for (const element of document.querySelectorAll<HTMLElement>("[data-word]")) element.textContent = say(element.dataset.word as Word);
    byId("core").textContent = facts ? `${say("core", facts.version, facts.numerics, facts.instructionSet)} ${say("hidden_note")}` : say("loading");
    sayOfAddress(experiment);
  });
  byId("language").addEventListener("click", () => {
    setLanguage(currentLanguage() === "en" ? "ja" : "en");
    writeAll();
    if (experiment.tried && !experiment.awaited) experiment.saveAddress();
  });
  showTips();
  controls(experiment);
  experiment.on("address", () => sayOfAddress(experiment));

  const asked = readAddress(location.hash), isEmulated = !("problems" in asked) && asked.core === "emulated";
  const [data] = await Promise.all([
    embeddedClothes().then((npz) => npzDataset(EMBEDDED, npz)),
    embeddedModules().then(async ({ relaxed, plain }) => {
      experiment.facts = await experiment.client.call("open", { relaxed: isEmulated ? null : relaxed, plain });
    }),
  ]);
  experiment.addSource(data);
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
  await experiment.follow(location.hash);
  writeAll();
  addEventListener("hashchange", () => {
    // Another module of the core, or images that are not here, are a matter of a fresh page.
    const address = readAddress(location.hash);
    if (!("problems" in address) && (address.core !== experiment.core || !experiment.hasSource(address.data?.name ?? EMBEDDED))) return location.reload();
    setLanguage(languageOf(location.hash));
    void experiment.follow(location.hash).then(writeAll, complain);
  });
}

start().catch(complain);

// The page's address: everything that decides a training, behind the #, so that it can be sent to others.
import type { Choice } from "./data";
import { PRESETS, presetSettings } from "./presets";
import { differences, SETTING_NAMES, type Settings, settingFromText } from "./settings";
import type { Language } from "./words";

export interface Address {
  preset: string;
  text: string | null; // where it is not the preset's
  choice: Choice;
  settings: Settings;
  language: Language;
  core: "best" | "emulated";
}

const EMBEDDED_IMAGES = 5000;

/** What cannot be read is left out and said. */
export function readAddress(hash: string): { address: Address; problems: string[] } {
  const words = new URLSearchParams(hash.replace(/^#/, "")), problems: string[] = [];
  const preset = words.get("preset") ?? "lenet5";
  if (!(preset in PRESETS)) problems.push(`preset: expected one of ${Object.keys(PRESETS).join(", ")}, got "${preset}"`);
  const name = preset in PRESETS ? preset : "lenet5";
  const settings = presetSettings(name, EMBEDDED_IMAGES);
  for (const setting of SETTING_NAMES) {
    const text = words.get(setting);
    if (text === null) continue;
    try {
      Object.assign(settings, { [setting]: settingFromText(setting, text) });
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const perClass = words.get("per_class");
  const isCount = perClass !== null && /^[1-9]\d{0,5}$/.test(perClass);
  if (perClass !== null && !isCount) problems.push(`per_class: expected a whole number above 0, got "${perClass}"`);
  const address: Address = {
    preset: name,
    text: words.get("network"),
    choice: { classes: words.get("classes")?.split(",") ?? null, perClass: isCount ? Number(perClass) : null },
    settings,
    language: words.get("lang") === "ja" || (!words.has("lang") && navigator.language.startsWith("ja")) ? "ja" : "en",
    core: words.get("core") === "emulated" ? "emulated" : "best",
  };
  return { address, problems };
}

export function writeAddress({ preset, text, choice, settings, language, core }: Address): void {
  const words = new URLSearchParams(differences(settings, presetSettings(preset, EMBEDDED_IMAGES)));
  if (preset !== "lenet5") words.set("preset", preset);
  if (text !== null) words.set("network", text);
  if (choice.classes) words.set("classes", choice.classes.join(","));
  if (choice.perClass !== null) words.set("per_class", String(choice.perClass));
  if (core !== "best") words.set("core", core);
  words.set("lang", language);
  history.replaceState(null, "", `#${words}`);
}

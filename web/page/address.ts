// The page's address: everything that decides a training, behind the #, so that it can be sent to others. It is read
// as a whole or not at all: what it says is done, or said why not.
import type { Choice } from "./data";
import { FIRST_PRESET, PRESETS, presetSettings } from "./presets";
import { differences, MISSING_SETTINGS, SETTINGS, type Settings, type SettingValue, settingFromText } from "./settings";
import type { Language } from "./words";

export interface NamedData {
  name: string;
  fingerprint: string | null; // how the digest of the chosen images begins
}

export interface Address {
  preset: string;
  text: string | null; // where it is not the preset's
  data: NamedData | null; // the page's own images
  choice: Choice;
  settings: Settings;
  numerics: number | null;
  language: Language | null;
  core: "best" | "emulated";
}

const EMBEDDED_IMAGES = 5000, FINGERPRINT_DIGITS = 16, MOST_LETTERS = 20_000;

export const defaultAddress = (): Address => ({
  preset: FIRST_PRESET,
  text: null,
  data: null,
  choice: { classes: null, perClass: null },
  settings: presetSettings(FIRST_PRESET, EMBEDDED_IMAGES),
  numerics: null,
  language: null,
  core: "best",
});

/** What an address can say beside settings: each reads a text into what is known so far, or throws. */
const READERS: ReadonlyMap<string, (text: string, into: Address) => unknown> = new Map<string, (text: string, into: Address) => unknown>([
  ["preset", (text, into) => (into.preset = oneOf("preset", text, [...PRESETS.keys()]))],
  ["network", (text, into) => (into.text = text)],
  ["data", (text, into) => (into.data = namedData(text))],
  ["classes", (text, into) => (into.choice.classes = text.split(",").map(unescaped))],
  ["per_class", (text, into) => (into.choice.perClass = countFromText("per_class", text))],
  ["numerics", (text, into) => (into.numerics = countFromText("numerics", text))],
  ["lang", (text, into) => (into.language = oneOf("lang", text, ["en", "ja"]) as Language)],
  ["core", (text, into) => (into.core = oneOf("core", text, ["best", "emulated"]) as Address["core"])],
]);

/** The address that a text behind the # is, or what is wrong with it, a sentence each. */
export function readAddress(hash: string): Address | { problems: string[] } {
  const problems: string[] = [], address = defaultAddress(), changed = new Map<string, SettingValue>();
  try {
    for (const [key, text] of entriesOf(hash.replace(/^#/, ""))) {
      try {
        if (READERS.has(key)) READERS.get(key)!(text, address);
        else if (SETTINGS.has(key)) changed.set(key, settingFromText(key, text));
        else if (MISSING_SETTINGS.has(key)) throw new Error(`${key} is no setting of this page: ${MISSING_SETTINGS.get(key)}`);
        else throw new Error(`"${shortened(key)}" is nothing that an address can say`);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (problems.length > 0) return { problems };
  const settings = { ...presetSettings(address.preset, EMBEDDED_IMAGES), ...Object.fromEntries(changed) } as Settings;
  return { ...address, settings };
}

/** The text behind the # that readAddress() reads; `fingerprint` is the digest of the chosen images. */
export function addressText(address: Omit<Address, "data"> & { data: { name: string; fingerprint: string } }): string {
  const { preset, text, data, choice, settings, numerics, language, core } = address;
  const words = new URLSearchParams(differences(settings, presetSettings(preset, EMBEDDED_IMAGES)));
  if (preset !== FIRST_PRESET) words.set("preset", preset);
  if (text !== null) words.set("network", text);
  words.set("data", `${data.name}@${data.fingerprint.slice(0, FINGERPRINT_DIGITS)}`);
  if (choice.classes) words.set("classes", choice.classes.map(escaped).join(","));
  if (choice.perClass !== null) words.set("per_class", String(choice.perClass));
  if (numerics !== null) words.set("numerics", String(numerics));
  if (core !== "best") words.set("core", core);
  if (language !== null) words.set("lang", language);
  return `#${words}`;
}

/** A whole number above 0; throws where a text is none. */
export function countFromText(name: string, text: string): number {
  const value = Number(text);
  if (!/^[1-9]\d*$/.test(text.trim()) || !Number.isSafeInteger(value)) {
    throw new Error(`${name} must be a whole number above 0, but is "${shortened(text)}"`);
  }
  return value;
}

function entriesOf(text: string): [string, string][] {
  if (text.length > MOST_LETTERS) throw new Error(`it has ${text.length} letters, more than the ${MOST_LETTERS} that are read`);
  const keys = new Set<string>();
  return text.split("&").filter((part) => part !== "").map((part) => {
    const [key, value] = [part.split("=", 1)[0]!, part.slice(part.indexOf("=") + 1)].map(decoded) as [string, string];
    if (!part.includes("=")) throw new Error(`"${shortened(key)}" has no value`);
    if (keys.has(key)) throw new Error(`"${shortened(key)}" is said twice`);
    keys.add(key);
    return [key, value];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Error(`"${shortened(text)}" has a % that is followed by no letter's code`);
  }
}

function oneOf(name: string, text: string, choices: string[]): string {
  if (!choices.includes(text)) throw new Error(`${name} must be one of ${choices.join(", ")}, but is "${shortened(text)}"`);
  return text;
}

function namedData(text: string): NamedData {
  const [, name, fingerprint] = /^([^@]+)(?:@([0-9a-f]{8,64}))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`data must be a name, or a name, @ and 8 to 64 hexadecimal digits, but is "${shortened(text)}"`);
  }
  return { name, fingerprint: fingerprint ?? null };
}

/** A class's name may have commas. */
const escaped = (name: string): string => name.replaceAll("\\", "\\\\").replaceAll(",", "\\c");
const unescaped = (name: string): string => name.replace(/\\(.)/g, (_, letter: string) => (letter === "c" ? "," : letter));
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

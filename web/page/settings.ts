// Settings by Python's names, as facts.json has them of the package, and the command that does the same.
import facts from "./facts.json";
import type { Shape } from "./core";

export type SettingValue = number | string | boolean | readonly number[];

/** Every setting of the page by its name; those that the page itself reads are named here. */
export interface Settings {
  readonly [name: string]: SettingValue;
  readonly epochs: number;
  readonly batch_size: number;
  readonly schedule: string;
  readonly restarts: readonly number[];
  readonly average_decay: number;
  readonly loss: string;
  readonly class_weight: string;
  readonly initialization: string;
  readonly whitening: boolean;
  readonly normalization: string;
  readonly shift_pixels: number;
  readonly seed: number;
}

interface Range {
  at_least?: number;
  above?: number;
  at_most?: number;
  below?: number;
  words: string; // as the package's own messages say it: "in [1, 2**20]"
}

export interface SettingFacts {
  kind: "whole" | "number" | "switch" | "choice" | "text" | "wholes";
  default: SettingValue;
  option: string; // of the command
  help: string;
  panel: string;
  choices?: string[];
  range?: Range;
  beside?: { setting: string; values: SettingValue[] };
}

/** Maps, since an object has names of its own: `constructor` is no setting. */
export const SETTINGS: ReadonlyMap<string, SettingFacts> = new Map(Object.entries(facts.settings as unknown as Record<string, SettingFacts>));
export const MISSING_SETTINGS: ReadonlyMap<string, string> = new Map(Object.entries(facts.missing));

/** Of the package: what a command does not say. */
export const PACKAGE_DEFAULTS = Object.fromEntries([...SETTINGS].map(([name, { default: value }]) => [name, value])) as unknown as Settings;

const isWithin = (value: number, { at_least, above, at_most, below }: Range): boolean =>
  (at_least === undefined || value >= at_least) &&
  (above === undefined || value > above) &&
  (at_most === undefined || value <= at_most) &&
  (below === undefined || value < below);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, WHOLE = /^\d+$/;
const shown = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;

/** The value of a setting that a text stands for; throws where it stands for none. */
export function settingFromText(name: string, text: string): SettingValue {
  const { kind, choices, range } = SETTINGS.get(name)!, given = text.trim();
  const wrong = (expected: string): Error => new Error(`${name} must be ${expected}, but is ${shown(text)}`);
  switch (kind) {
    case "choice":
      if (!choices!.includes(given)) throw wrong(`one of ${choices!.join(", ")}`);
      return given;
    case "switch":
      if (given !== "true" && given !== "false") throw wrong("true or false");
      return given === "true";
    case "text":
      checkClassWeight(given, wrong);
      return given;
    case "wholes":
      if (given === "") return [];
      return given.split(",").map((part) => {
        if (!WHOLE.test(part.trim()) || !Number.isSafeInteger(Number(part))) throw wrong("whole numbers with commas between");
        return Number(part);
      });
    default: {
      const value = Number(given), isWhole = kind === "whole";
      if (!(isWhole ? WHOLE : NUMBER).test(given) || !Number.isFinite(value) || (range && !isWithin(value, range))) {
        throw wrong(`a ${isWhole ? "whole " : ""}number ${range?.words ?? ""}`.trim());
      }
      return value;
    }
  }
}

/** What several settings must be together; the package's TrainingSettings says the same. */
export function checkTogether(settings: Settings, [, height, width]: Shape): void {
  const refuse = (name: string, expected: string): never => {
    throw new Error(`${name} must be ${expected}, but is ${settingText(settings[name]!) || "empty"}`);
  };
  const { restarts, epochs, shift_pixels } = settings;
  if ([...restarts, epochs].some((restart, i) => restart <= (restarts[i - 1] ?? 0))) refuse("restarts", `rising, above 0 and below epochs, ${epochs}`);
  if (restarts.length > 0 && settings.schedule !== "cosine") refuse("restarts", "empty where the schedule is not cosine");
  if (settings.nesterov && settings.momentum === 0) refuse("nesterov", "false where momentum is 0");
  if (settings.nesterov && settings.optimizer !== "sgd") refuse("nesterov", `false beside ${settings.optimizer}`);
  if (settings.alternate_flips && !settings.flip_horizontally) refuse("alternate_flips", "false where flip_horizontally is");
  const smallest = Math.min(height, width);
  if (shift_pixels >= smallest) refuse("shift_pixels", `below ${smallest}, the smaller of the images' height and width`);
}

/** Whether a training with these settings takes it: plain SGD has no use for Adam's. */
export function hasMeaning(name: string, settings: Settings): boolean {
  const beside = SETTINGS.get(name)!.beside;
  return beside === undefined || beside.values.includes(settings[beside.setting]!);
}

export const settingText = (value: SettingValue): string => (Array.isArray(value) ? value.join(",") : String(value));

/** Where they differ from others, as texts. */
export function differences(settings: Settings, others: Settings): [name: string, text: string][] {
  const texts = [...SETTINGS.keys()].map((name): [string, string, string] => [name, settingText(settings[name]!), settingText(others[name]!)]);
  return texts.filter(([, text, other]) => text !== other).map(([name, text]) => [name, text]);
}

const quoted = (text: string): string => (/^[\w.,=+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The command that gives the same bits; `data` are its arguments that say which images. */
export function command(network: string, data: readonly string[], settings: Settings): string {
  const options = differences(settings, PACKAGE_DEFAULTS).map(([name, text]) => {
    const { kind, option } = SETTINGS.get(name)!;
    return kind === "switch" ? option : `${option} ${quoted(text)}`; // no setting is true by default
  });
  return ["lenetpp train", ...data.map(quoted), `--network "${network}"`, ...options].join(" ");
}

const WEIGHT = /^(.+?)=([^,=]+)$/;

function namedWeights(text: string): Map<string, number> | null {
  const weights = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, name = "", number = ""] = WEIGHT.exec(part) ?? [];
    const isRight = NUMBER.test(number.trim()) && Number.isFinite(Number(number)) && Number(number) >= 0;
    if (!name.trim() || !isRight || weights.has(name.trim())) return null;
    weights.set(name.trim(), Number(number));
  }
  return weights;
}

function checkClassWeight(text: string, wrong: (expected: string) => Error): void {
  if (text === "none" || text === "balanced" || namedWeights(text)) return;
  throw wrong('none, balanced, or names of classes with weights, such as "Bag=2,Sneaker=0.5"');
}

/** What the loss of each image is multiplied by for its class; null for 1 each. The package's weights_of_classes. */
export function imageWeights(setting: string, classes: readonly string[], labels: Int32Array): Float64Array<ArrayBuffer> | null {
  if (setting === "none") return null;
  const weights = new Float64Array(classes.length).fill(1);
  if (setting === "balanced") {
    const counts = new Int32Array(classes.length);
    for (const label of labels) counts[label]! += 1;
    const some = counts.filter((count) => count > 0).length;
    counts.forEach((count, label) => (weights[label] = count > 0 ? labels.length / (some * count) : 1));
  } else {
    const seen = new Set<number>();
    for (const [given, weight] of namedWeights(setting) ?? []) {
      const label = classes.includes(given) ? classes.indexOf(given) : classes.findIndex((_, i) => String(i) === given);
      if (label < 0) throw new Error(`class_weight must name classes of the images, but ${shown(given)} is none of ${classes.join(", ")}`);
      if (seen.has(label)) throw new Error(`class_weight must have one weight for ${shown(classes[label]!)}`);
      seen.add(label);
      weights[label] = weight;
    }
  }
  const ofImages = Float64Array.from(labels, (label) => weights[label]!);
  if (ofImages.every((weight) => weight === 0)) throw new Error(`class_weight must leave an image with a weight above 0, but is ${shown(setting)}`);
  return ofImages;
}

// Settings by Python's names, with Python's defaults, their place in the page's address, and the command that does the same.

export interface Settings {
  epochs: number;
  batch_size: number;
  learning_rate: number;
  schedule: "constant" | "step" | "cosine";
  step_epochs: number;
  step_factor: number;
  warmup_epochs: number;
  optimizer: "sgd" | "adam";
  momentum: number;
  weight_decay: number;
  gradient_clip_norm: number;
  loss: "cross_entropy" | "squared_error" | "binary_cross_entropy";
  reduction: "mean" | "sum";
  initialization: "he" | "glorot" | "lecun" | "blog" | "identity";
  normalization: "standard" | "unit" | "none";
  flip_horizontally: boolean;
  shift_pixels: number;
  seed: number;
}

/** Of the package: what a command does not say. */
export const PACKAGE_DEFAULTS: Settings = {
  epochs: 10,
  batch_size: 16,
  learning_rate: 0.01,
  schedule: "constant",
  step_epochs: 10,
  step_factor: 0.1,
  warmup_epochs: 0,
  optimizer: "sgd",
  momentum: 0.9,
  weight_decay: 0,
  gradient_clip_norm: 0,
  loss: "cross_entropy",
  reduction: "mean",
  initialization: "he",
  normalization: "standard",
  flip_horizontally: false,
  shift_pixels: 0,
  seed: 1,
};

/** What `lenetpp train` does without arguments. */
export const MODERN: Settings = {
  ...PACKAGE_DEFAULTS,
  epochs: 20,
  batch_size: 32,
  learning_rate: 0.02,
  schedule: "cosine",
  warmup_epochs: 1,
  weight_decay: 0.0005,
  initialization: "glorot",
};

export const BLOG: Settings = {
  ...PACKAGE_DEFAULTS,
  epochs: 20,
  momentum: 0,
  loss: "squared_error",
  reduction: "sum",
  initialization: "blog",
  normalization: "unit",
};

export type SettingName = keyof Settings;

export const CHOICES: Partial<Record<SettingName, readonly string[]>> = {
  schedule: ["constant", "step", "cosine"],
  optimizer: ["sgd", "adam"],
  loss: ["cross_entropy", "squared_error", "binary_cross_entropy"],
  reduction: ["mean", "sum"],
  initialization: ["he", "glorot", "lecun", "blog", "identity"],
  normalization: ["standard", "unit", "none"],
};

interface NumberRange {
  least: number;
  most: number;
  whole?: boolean;
  above?: boolean;
}

export const RANGES: Partial<Record<SettingName, NumberRange>> = {
  epochs: { least: 1, most: 10000, whole: true },
  batch_size: { least: 1, most: 4096, whole: true },
  learning_rate: { least: 0, most: 1000, above: true },
  step_epochs: { least: 1, most: 10000, whole: true },
  step_factor: { least: 0, most: 1, above: true },
  warmup_epochs: { least: 0, most: 10000 },
  momentum: { least: 0, most: 0.9999999 },
  weight_decay: { least: 0, most: 1000 },
  gradient_clip_norm: { least: 0, most: 1e6 },
  shift_pixels: { least: 0, most: 64, whole: true },
  seed: { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true },
};

/** The value of a setting that a text stands for; throws where it stands for none. */
export function settingFromText(name: SettingName, text: string): Settings[SettingName] {
  const choices = CHOICES[name], range = RANGES[name];
  if (choices) {
    if (choices.includes(text)) return text as Settings[SettingName];
    throw new Error(`${name}: expected one of ${choices.join(", ")}, got "${text}"`);
  }
  if (!range) {
    if (text === "true" || text === "false") return text === "true";
    throw new Error(`${name}: expected true or false, got "${text}"`);
  }
  const value = Number(text);
  const isRight =
    text.trim() !== "" &&
    value >= range.least &&
    value <= range.most &&
    (!range.above || value > range.least) &&
    (!range.whole || Number.isInteger(value));
  if (isRight) return value;
  const kind = range.whole ? "a whole number" : "a number";
  throw new Error(`${name}: expected ${kind} from ${range.least} to ${range.most}, got "${text}"`);
}

const WORDS = Object.keys(PACKAGE_DEFAULTS) as SettingName[];
export const SETTING_NAMES: readonly SettingName[] = WORDS;

/** Where they differ from others, as texts. */
export function differences(settings: Settings, others: Settings): Record<string, string> {
  const names = WORDS.filter((name) => settings[name] !== others[name]);
  return Object.fromEntries(names.map((name) => [name, String(settings[name])]));
}

/** The command that gives the same bits; `data` are its arguments that say which images. */
export function command(network: string, data: readonly string[], settings: Settings): string {
  const options = Object.entries(differences(settings, PACKAGE_DEFAULTS)).map(([name, value]) =>
    name === "flip_horizontally" ? "--flip" : `--${name.replaceAll("_", "-")} ${value}`,
  );
  return ["lenetpp train", ...data, `--network "${network}"`, ...options].join(" ");
}

// What the fields of the page say: the training that Train begins.
import { type Address, addressText } from "./address";
import type { CoreError, Description } from "./core";
import { type Choice, chosen, type Dataset, isEmbedded } from "./data";
import { presetSettings, presetText } from "./presets";
import { checkTogether, command, differences, imageWeights, type Settings } from "./settings";
import { currentLanguage } from "./words";

export interface Wish {
  source: Dataset; // all its classes
  choice: Choice;
  preset: string;
  text: string;
  settings: Settings;
}

/** A wish that can be carried out. */
export interface Plan extends Wish {
  data: Dataset; // the classes and images that are chosen
  description: Description;
  weights: Float64Array<ArrayBuffer> | null;
}

/** How a plan differs from what is trained: not at all, by more epochs, or so that training begins anew. */
export type Change = "none" | "extended" | "anew";

/** The part of the page whose fields an error is about. */
export type Where = "data" | "network" | "settings";

export function problemOf(error: unknown, where: Where): CoreError & { where: Where } {
  return Object.assign(error as Error, { where });
}

let lastChosen: { source: Dataset; key: string; data: Dataset } | null = null;

/** Copies of images are made once as long as the choice stays. */
export function chosenOnce(source: Dataset, choice: Choice): Dataset {
  const key = JSON.stringify([choice.classes, choice.perClass]);
  if (lastChosen?.source !== source || lastChosen.key !== key) lastChosen = { source, key, data: chosen(source, choice) };
  return lastChosen.data;
}

export async function planned(wish: Wish, describe: (text: string) => Promise<Description>): Promise<Plan> {
  let where: Where = "data";
  try {
    const data = chosenOnce(wish.source, wish.choice);
    where = "network";
    const description = await describe(wish.text), { input, layers } = description;
    if (String(input) !== String(data.shape)) {
      throw new Error(`network: it is for images of ${input.join("x")}, but these are ${data.shape.join("x")}`);
    }
    const last = layers.at(-1)!.shape, outputs = last[0] * last[1] * last[2];
    if (outputs !== data.classes.length) {
      throw new Error(`network: it has ${outputs} outputs, but there are ${data.classes.length} classes: end it with "dense ${data.classes.length}"`);
    }
    where = "settings";
    checkTogether(wish.settings, data.shape);
    const weights = imageWeights(wish.settings.class_weight, data.classes, data.train.labels);
    return { ...wish, data, description, weights };
  } catch (error) {
    throw problemOf(error, where);
  }
}

export function changeBetween(tried: Plan, plan: Plan): Change {
  if (plan.data !== tried.data || plan.description.text !== tried.description.text) return "anew";
  const names = differences(plan.settings, tried.settings).map(([name]) => name);
  if (names.length === 0) return "none";
  const isLonger = names.length === 1 && plan.settings.epochs > tried.settings.epochs;
  return isLonger && plan.settings.schedule !== "one_cycle" ? "extended" : "anew";
}

/** The settings for more epochs under which those so far have the same bits, as the package's resume() finds them. */
export function extendedSettings(tried: Settings, epochs: number): Settings {
  const restarts = tried.schedule === "cosine" ? [...tried.restarts, tried.epochs] : tried.restarts;
  return { ...tried, epochs, restarts };
}

/** The wish with other images: its network becomes one for them, by its last layer alone where that is enough. */
export function withData(wish: Wish, source: Dataset, choice: Choice): Wish {
  const classes = choice.classes?.length ?? source.classes.length, [input, ...layers] = wish.text.split("|");
  const fits = input?.trim() === source.shape.join("x") && /^dense \d+( |$)/.test(layers.at(-1)?.trim() ?? "");
  const text = fits
    ? wish.text.replace(/dense \d+(?=[^|]*$)/, `dense ${classes}`)
    : presetText(wish.preset, source.shape, classes);
  return { ...wish, source, choice, text };
}

export function withPreset(wish: Wish, preset: string): Wish {
  const { source, choice } = wish, classes = choice.classes?.length ?? source.classes.length;
  const images = Math.min(source.train.labels.length, classes * (choice.perClass ?? Infinity));
  const settings = { ...presetSettings(preset, images), seed: wish.settings.seed };
  return { ...wish, preset, text: presetText(preset, source.shape, classes), settings };
}

export function wishOf({ preset, text, choice, settings }: Address, source: Dataset): Wish {
  const classes = choice.classes?.length ?? source.classes.length;
  return { source, choice, preset, text: text ?? presetText(preset, source.shape, classes), settings };
}

/** The text behind the # by which the same is begun; `fingerprint` is the digest of its images. */
export function addressOf(plan: Plan, fingerprint: string, numerics: number, core: Address["core"]): string {
  const { preset, text, choice, settings, source, data, description } = plan;
  const usual = presetText(preset, source.shape, data.classes.length), isUsual = text === usual || description.text === usual;
  return addressText({
    preset,
    text: isUsual ? null : text,
    data: { name: source.name, fingerprint },
    choice,
    settings,
    numerics,
    language: currentLanguage(),
    core,
  });
}

/** The command that does the same, bit for bit. */
export function commandOf({ choice, source, settings, description }: Plan): string {
  const { classes, perClass } = choice;
  const names = classes?.map((name) => (/^[\w-]+$/.test(name) ? name : String(source.classes.indexOf(name))));
  const data = [
    ...(isEmbedded(source) ? [] : [source.name.replace(/^-/, "./-")]),
    ...(names ? ["--classes", names.join(",")] : []),
    ...(perClass === null ? [] : ["--per-class", String(perClass)]),
  ];
  return command(description.text, data, settings);
}

// The package's named networks and their recipes, as facts.json has them.
import type { Shape } from "./core";
import facts from "./facts.json";
import { PACKAGE_DEFAULTS, type Settings } from "./settings";

interface Preset {
  layers: string;
  recipe: Partial<Settings>; // where it differs from the package's defaults
}

export const PRESETS: ReadonlyMap<string, Preset> = new Map(Object.entries(facts.networks as unknown as Record<string, Preset>));
export const FIRST_PRESET = "lenet5";

export function presetText(name: string, shape: Shape, classes: number): string {
  const padding = [shape[1], shape[2]].map((side) => Math.max(0, Math.min(2, Math.floor((32 - side) / 2)))).join("x");
  const layers = PRESETS.get(name)!.layers.replace("{padding}", padding).replace("{classes}", String(classes));
  return `${shape.join("x")} | ${layers}`;
}

/** Small data sets are gone through more often. */
export function presetSettings(name: string, images: number): Settings {
  const settings = { ...PACKAGE_DEFAULTS, ...PRESETS.get(name)!.recipe } as Settings;
  const epochs = Math.min(facts.most_epochs, Math.max(settings.epochs, Math.floor(facts.enough_images / images)));
  return { ...settings, epochs };
}

// The package's named networks that learn in a browser while one looks, and their recipes (named_networks.py).
import type { Shape } from "./core";
import { BLOG, MODERN, type Settings } from "./settings";

interface Preset {
  layers: string;
  recipe: Settings;
}

export const PRESETS: Record<string, Preset> = {
  lenet5: {
    layers:
      "conv 6x5x5 pad{padding} relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | dense 84 relu | dense {classes}",
    recipe: MODERN,
  },
  "blog-lenet": {
    layers:
      "conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | " +
      "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense {classes} nobias sigmoid(2)",
    recipe: BLOG,
  },
  "blog-mlp": {
    layers:
      "dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias sigmoid(2) | dense {classes} nobias sigmoid(2)",
    recipe: BLOG,
  },
  mixing: {
    layers: "conv 10x5x5 relu | maxpool 3/2 | conv 20x5x5 relu | maxpool 3/2 | dense 120 relu | dense 84 relu | dense {classes}",
    recipe: MODERN,
  },
  "three-conv": {
    layers:
      "conv 16x3x3 pad1 relu | maxpool 2 | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | maxpool 2 | dense 64 relu | dense {classes}",
    recipe: { ...MODERN, epochs: 10 },
  },
};

export function presetText(name: string, shape: Shape, classes: number): string {
  const padding = [shape[1], shape[2]].map((side) => Math.max(0, Math.min(2, Math.floor((32 - side) / 2)))).join("x");
  const layers = PRESETS[name]!.layers.replace("{padding}", padding).replace("{classes}", String(classes));
  return `${shape.join("x")} | ${layers}`;
}

const MOST_EPOCHS = 20, ENOUGH_IMAGES = 100_000;

/** Small data sets are gone through more often. */
export function presetSettings(name: string, images: number): Settings {
  const { recipe } = PRESETS[name]!;
  const fewest = name === "lenet5" || name === "mixing" ? 5 : recipe.epochs;
  const epochs = Math.min(MOST_EPOCHS, Math.max(fewest, Math.floor(ENOUGH_IMAGES / images)));
  return { ...recipe, epochs };
}

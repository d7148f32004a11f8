// What the page asks of its worker, and what the worker says by itself. Everything is copied or handed over.
import type { ArrayFigures, Description, LayerOutputs, Parameter } from "./core";
import type { Dataset, Part } from "./data";
import type { Settings } from "./settings";

export interface Modules {
  relaxed: ArrayBuffer | null; // not to be tried
  plain: ArrayBuffer;
}

export interface CoreFacts {
  version: string;
  numerics: number;
  instructionSet: string;
}

export interface Problem {
  text: string;
  settings: Settings;
  normalization: { mean: number[]; deviation: number[] };
  weights: Float64Array<ArrayBuffer> | null; // one a training image
  train: Part;
  test: Part;
}

/** What the network makes of an image. */
export interface Look {
  layers: LayerOutputs[];
  shares: Float64Array; // of the classes: the package's probabilities
}

/** What there is to say after an epoch; epoch 0 is before training. */
export interface EpochRecord {
  epoch: number;
  loss: number | null;
  trainingAccuracy: number | null;
  testLoss: number;
  testAccuracy: number;
  gradientNorms: Record<string, number>;
  deadUnits: Record<string, number>;
}

export interface Progress {
  epoch: number; // the one that is running, from 0
  samples: number; // of it
  loss: number;
  accuracy: number;
  learningRate: number;
  imagesPerSecond: number;
  arrays: ArrayFigures[];
  parameters: Parameter[];
}

export interface EpochEnd {
  record: EpochRecord;
  predictions: Int32Array;
  digest: string;
  parameters: Parameter[];
}

export type TrainingState = "ready" | "training" | "paused" | "finished" | "diverged";

export type Alteration = "none" | "upside_down" | "mirrored" | "grey" | "left_half" | "dark";

export interface LoadedModel {
  description: Description;
  parameters: Parameter[];
  digest: string;
  metadata: Record<string, string>;
}

/** The worker's functions; the page calls them by name and gets a promise. */
export interface Calls {
  open(modules: Modules): CoreFacts;
  describe(text: string): Description;
  prepare(problem: Problem): EpochEnd;
  extend(settings: Settings): void;
  fingerprint(data: Dataset): string;
  run(): void;
  pause(): void;
  step(): void;
  look(pixels: Uint8Array): Look;
  shares(pixels: Uint8Array): Float64Array;
  correctWithoutFilters(layer: number): number[];
  correctOfAltered(alteration: Alteration): number;
  save(metadata: Record<string, string>): Uint8Array<ArrayBuffer>;
  load(bytes: Uint8Array<ArrayBuffer>): LoadedModel;
  evaluateLoaded(test: Part, loss: string): EpochEnd;
}

export type CallName = keyof Calls;

export interface Request {
  id: number;
  name: CallName;
  given: unknown[];
}

export type Answer =
  | { id: number; value: unknown }
  | { id: number; error: string; column: number | undefined }
  | { event: "progress"; progress: Progress }
  | { event: "epoch"; end: EpochEnd }
  | { event: "state"; state: TrainingState; message: string };

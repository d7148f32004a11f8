// The compiled core as JavaScript sees it; web/core/bindings.cpp has the other side.

export type Shape = [planes: number, height: number, width: number];
export type Pixels = Uint8Array | Float32Array;

export interface LayerDescription {
  text: string;
  word: string;
  shape: Shape;
  parameters: number;
  multiplyAdds: number;
}

export interface Description {
  text: string;
  input: Shape;
  parameters: number;
  layers: LayerDescription[];
}

export interface Parameter {
  name: string;
  layer: number;
  isBias: boolean;
  shape: number[];
  values: Float32Array;
}

export interface ArrayFigures {
  name: string;
  layer: number;
  isBias: boolean;
  gradientNorm: number;
  updateRatio: number;
  lostUpdates: number;
}

export interface Slice {
  epoch: number;
  steps: number;
  samples: number;
  loss: number;
  correct: number;
  learningRate: number;
  epochEnded: boolean;
  arrays: ArrayFigures[];
  divergence: { step: number; layer: number; what: string } | null;
}

export interface LayerShare {
  layer: number;
  share: number;
}

export interface Evaluation {
  loss: number;
  correct: number;
  predictions: Int32Array;
  deadUnits: LayerShare[];
  saturatedUnits: LayerShare[];
}

export interface LayerOutputs {
  shape: Shape;
  values: Float32Array;
}

export interface Network {
  readonly text: string;
  metadata(): Record<string, string>;
  initialize(seed: number, scheme: string): void;
  setNormalization(mean: number[], deviation: number[]): void;
  whiten(pixels: Pixels): void;
  normalization(): { mean: Float32Array; deviation: Float32Array } | null;
  parameters(): Parameter[];
  setParameter(name: string, values: Float32Array): void;
  digest(): string;
  save(metadata: Record<string, string>): Uint8Array<ArrayBuffer>;
  outputs(pixels: Pixels): Float32Array;
  probabilities(pixels: Pixels): Float64Array;
  layerOutputs(pixels: Pixels): LayerOutputs[];
  evaluate(pixels: Pixels, labels: Int32Array, loss: string): Evaluation;
  correctWithoutFilters(layer: number, pixels: Pixels, labels: Int32Array): number[];
  delete(): void;
}

export interface Training {
  train(milliseconds: number): Slice;
  extend(settings: object): void;
  averaged(): Network;
  delete(): void;
}

export interface Fingerprint {
  update(bytes: Uint8Array): void;
  digest(): string;
  delete(): void;
}

export interface Core {
  version(): string;
  numericsVersion(): number;
  instructionSets(): string[];
  described(text: string): Description;
  Network: { parse(text: string): Network; load(bytes: Uint8Array): Network };
  Training: { start(network: Network, pixels: Pixels, labels: Int32Array, weights: Float64Array | null, settings: object): Training };
  Fingerprint: new () => Fingerprint;
}

export type CreateCore = (options: { wasmBinary: ArrayBuffer }) => Promise<Core>;

/** JavaScript's errors of the core; `column` is where a network's text is wrong, from 1. */
export interface CoreError extends Error {
  column?: number;
}

// The worker: it owns the core, and trains in slices between which it answers the page.
import createCore from "core-glue";
import { altered } from "./alterations";
import type { Core, CoreError, Network, Parameter, Shape, Slice, Training } from "./core";
import type { Dataset, Part } from "./data";
import type { Alteration, Answer, Calls, EpochEnd, Modules, Problem, Request, TrainingState } from "./protocol";
import type { Settings } from "./settings";

const SLICE_MILLISECONDS = 30, FINGERPRINT_BYTES = 2 ** 20;
const MILLISECONDS_BETWEEN_NEWS = 120;
/** Above these a page would stand still or run out of memory rather than learn. */
const MOST_PARAMETERS = 10_000_000, MOST_MULTIPLY_ADDS = 500_000_000, MOST_OUTPUTS = 10_000_000;

const say = (answer: Answer, handedOver: Transferable[] = []): void =>
  (self as unknown as { postMessage(message: Answer, transfer: Transferable[]): void }).postMessage(answer, handedOver);

/** Lets messages come in; a timer would wait for four milliseconds. */
const breathe = (): Promise<void> =>
  new Promise((go) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => go();
    channel.port2.postMessage(null);
  });

/** The same names; a function may also promise its value. */
type Answering = {
  [Name in keyof Calls]: (...given: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

class Laboratory implements Answering {
  private core!: Core;
  private network: Network | null = null;
  private averaged: Network | null = null; // of its weights along the way, where the settings ask for it
  private training: Training | null = null;
  private problem: Problem | null = null;
  private test: Part | null = null;
  private shape: Shape = [0, 0, 0];
  private loss = "cross_entropy";
  private state: TrainingState = "ready";
  private loop: Promise<void> | null = null;
  private seconds = 0; // of training, in this epoch
  private samples = 0; // trained in them

  /** The relaxed module where its multiply-add is fused, which the core tells, else the emulated one. */
  async open({ relaxed, plain }: Modules) {
    this.core = (await this.opened(relaxed)) ?? (await createCore({ wasmBinary: plain }));
    const [instructionSet] = this.core.instructionSets();
    return { version: this.core.version(), numerics: this.core.numericsVersion(), instructionSet: instructionSet! };
  }

  private async opened(binary: ArrayBuffer | null): Promise<Core | null> {
    if (!binary || !WebAssembly.validate(binary)) return null;
    const core = await createCore({ wasmBinary: binary });
    return core.instructionSets().length > 0 ? core : null;
  }

  describe(text: string) {
    const described = this.core.described(text);
    const multiplyAdds = described.layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
    const outputs = described.layers.reduce((sum, { shape }) => sum + shape[0] * shape[1] * shape[2], 0);
    const sizes: [number, number, string][] = [
      [described.parameters, MOST_PARAMETERS, "weights and biases"],
      [multiplyAdds, MOST_MULTIPLY_ADDS, "multiply-adds for an image"],
      [outputs, MOST_OUTPUTS, "outputs of its layers for an image"],
    ];
    for (const [size, most, what] of sizes) {
      if (size > most) {
        throw new Error(
          `network: too large for this page: ${size.toLocaleString("en")} ${what}, of which it takes ` +
            `${most.toLocaleString("en")}; use fewer filters or units, or the command lenetpp train`,
        );
      }
    }
    return described;
  }

  /** What cannot be prepared leaves what was there. */
  async prepare(problem: Problem): Promise<EpochEnd> {
    this.describe(problem.text);
    await this.pause();
    const { settings, normalization, train } = problem, network = this.core.Network.parse(problem.text);
    let training: Training;
    try {
      network.setNormalization(normalization.mean, normalization.deviation);
      network.initialize(settings.seed, settings.initialization);
      if (settings.whitening) network.whiten(train.pixels);
      training = this.core.Training.start(network, train.pixels, train.labels, problem.weights, settings);
    } catch (error) {
      network.delete();
      throw error;
    }
    this.release();
    this.network = network;
    this.training = training;
    this.problem = problem;
    this.test = problem.test;
    this.loss = settings.loss;
    this.shape = this.core.described(problem.text).input;
    this.seconds = this.samples = 0;
    this.setState("ready");
    return this.epochEnd(0, null);
  }

  private release(): void {
    this.averaged?.delete();
    this.training?.delete();
    this.network?.delete();
    this.training = this.network = this.averaged = this.problem = null;
  }

  /** More epochs, by settings under which those so far had the same rates. */
  extend(settings: Settings): void {
    this.training!.extend(settings);
    this.problem = { ...this.problem!, settings };
    if (this.state === "finished") this.setState("paused");
  }

  /** SHA-256 of images, labels and names, as the package's Dataset.digest has it. */
  fingerprint({ classes, shape, train, test }: Dataset): string {
    const sum = new this.core.Fingerprint(), words = new TextEncoder();
    const write = (text: string): void => sum.update(words.encode(text));
    write(`lenetpp dataset 1\n[${classes.map((name) => JSON.stringify(name)).join(", ")}]\n`);
    for (const [part, { pixels, labels }] of Object.entries({ train, test })) {
      write(`${part} images uint8 ${[labels.length, ...shape].join("x")}\n`);
      for (let start = 0; start < pixels.length; start += FINGERPRINT_BYTES) sum.update(pixels.subarray(start, start + FINGERPRINT_BYTES));
      write(`${part} labels int32 ${labels.length}\n`);
      sum.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
    }
    const digest = sum.digest();
    sum.delete();
    return digest;
  }

  run(): void {
    if (this.loop || !this.training || (this.state !== "ready" && this.state !== "paused")) return;
    this.setState("training");
    this.loop = this.trainOn().finally(() => (this.loop = null));
  }

  async pause(): Promise<void> {
    if (this.state === "training") this.setState("paused");
    await this.loop;
  }

  async step(): Promise<void> {
    await this.pause();
    if (this.state !== "ready" && this.state !== "paused") return;
    const slice = this.trained(0);
    if (!slice.divergence && !slice.epochEnded) this.tell(slice);
    if (this.state === "ready") this.setState("paused");
  }

  private async trainOn(): Promise<void> {
    let told = 0;
    while (this.state === "training") {
      const slice = this.trained(SLICE_MILLISECONDS);
      const now = performance.now();
      if (now - told >= MILLISECONDS_BETWEEN_NEWS && !slice.epochEnded && !slice.divergence) {
        told = now;
        this.tell(slice);
      }
      await breathe();
    }
  }

  private trained(milliseconds: number): Slice {
    const start = performance.now();
    const slice = this.training!.train(milliseconds);
    this.seconds += (performance.now() - start) / 1000;
    this.samples = slice.samples;
    if (slice.divergence) {
      const { layer, what } = slice.divergence;
      this.setState("diverged", `epoch ${slice.epoch + 1}: layer ${layer}, ${what}`);
    } else if (slice.epochEnded) {
      this.tell(slice);
      const end = this.epochEnd(slice.epoch + 1, slice);
      say({ event: "epoch", end });
      this.seconds = this.samples = 0;
      if (slice.epoch + 1 >= this.problem!.settings.epochs) this.setState("finished");
    }
    return slice;
  }

  private average(): void {
    if (!this.training || !(this.problem!.settings.average_decay > 0)) return;
    this.averaged?.delete();
    this.averaged = this.training.averaged();
  }

  private tell(slice: Slice): void {
    this.average();
    say({
      event: "progress",
      progress: {
        epoch: slice.epoch,
        samples: slice.samples,
        loss: slice.loss,
        accuracy: slice.correct / slice.samples,
        learningRate: slice.learningRate,
        imagesPerSecond: this.samples / this.seconds,
        arrays: slice.arrays,
        parameters: this.shownParameters(),
      },
    });
  }

  /** What the page draws: filters, and the first layer whatever it is; the weights of large layers would be much to copy. */
  private shownParameters(): Parameter[] {
    const parameters = this.present.parameters();
    return parameters.filter(({ layer, shape }) => shape.length > 2 || layer === 0);
  }

  private epochEnd(epoch: number, slice: Slice | null): EpochEnd {
    this.average();
    const test = this.test!, network = this.present;
    const evaluation = network.evaluate(test.pixels, test.labels, this.loss);
    return {
      record: {
        epoch,
        loss: slice && slice.loss,
        trainingAccuracy: slice && slice.correct / slice.samples,
        testLoss: evaluation.loss,
        testAccuracy: evaluation.correct / test.labels.length,
        gradientNorms: Object.fromEntries((slice?.arrays ?? []).map(({ name, gradientNorm }) => [name, gradientNorm])),
        deadUnits: Object.fromEntries(evaluation.deadUnits.map(({ layer, share }) => [String(layer), share])),
      },
      predictions: evaluation.predictions,
      digest: network.digest(),
      parameters: this.shownParameters(),
    };
  }

  private setState(state: TrainingState, message = ""): void {
    this.state = state;
    say({ event: "state", state, message });
  }

  private get present(): Network {
    if (!this.network) throw new Error("there is no network yet: press Train, or open a model");
    return this.averaged ?? this.network;
  }

  look(pixels: Uint8Array) {
    return { layers: this.present.layerOutputs(pixels), shares: this.present.probabilities(pixels) };
  }

  shares(pixels: Uint8Array): Float64Array {
    return this.present.probabilities(pixels);
  }

  correctWithoutFilters(layer: number): number[] {
    return this.present.correctWithoutFilters(layer, this.test!.pixels, this.test!.labels);
  }

  correctOfAltered(alteration: Alteration): number {
    const { pixels, labels } = this.test!;
    return this.present.evaluate(altered(pixels, this.shape, alteration), labels, this.loss).correct;
  }

  save(metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
    return this.present.save(metadata);
  }

  async load(bytes: Uint8Array<ArrayBuffer>) {
    const network = this.core.Network.load(bytes); // an error leaves what was there
    const description = this.core.described(network.text);
    await this.pause();
    this.release();
    this.network = network;
    this.shape = description.input;
    this.setState("finished");
    return { description, parameters: this.shownParameters(), digest: network.digest(), metadata: network.metadata() };
  }

  evaluateLoaded(test: Part, loss: string): EpochEnd {
    this.test = test;
    this.loss = loss;
    return this.epochEnd(0, null);
  }
}

const laboratory = new Laboratory();

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const { id, name, given } = data;
  try {
    const call = laboratory[name] as (...values: unknown[]) => unknown;
    say({ id, value: await call.apply(laboratory, given) });
  } catch (error) {
    const { message, column } = error as CoreError;
    say({ id, error: message, column });
  }
};

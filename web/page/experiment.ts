// What is tried: images, network, settings, and how far its training has come. The sections of the page show it.
import { type Address, writeAddress } from "./address";
import { Client } from "./client";
import type { CoreError, Description, Parameter } from "./core";
import { type Choice, chosen, type Dataset, normalizationOf } from "./data";
import { PRESETS, presetSettings, presetText } from "./presets";
import type { EpochEnd, EpochRecord, Progress, TrainingState } from "./protocol";
import { command, type Settings } from "./settings";
import { currentLanguage } from "./words";

/** What the sections are told of. "begun": another problem, nothing learned yet. */
export type Happening = "begun" | "progress" | "epoch" | "state" | "text-problem";

export class Experiment {
  readonly client: Client;
  source!: Dataset; // all its classes
  data!: Dataset; // those that are chosen
  choice: Choice = { classes: null, perClass: null };
  preset = "lenet5";
  text = "";
  /** "emulated" is for comparing: the module for browsers without a fused multiply-add, which is eighteen times slower. */
  core: Address["core"] = "best";
  settings!: Settings;
  description!: Description;
  state: TrainingState = "ready";
  message = "";
  history: EpochRecord[] = [];
  progress: Progress | null = null;
  parameters: Parameter[] = [];
  predictions: Int32Array = new Int32Array();
  digest = "";
  /** Of the network's text, the settings or the images: what keeps them from being used. */
  problem: CoreError | null = null;
  /** Whether the network is a file's, which has no training here. */
  isOpened = false;

  private readonly listeners = new Map<Happening, (() => void)[]>();
  private queue: Promise<void> = Promise.resolve();
  private wanted = 0;

  constructor() {
    this.client = new Client({
      progress: (progress) => {
        this.progress = progress;
        this.parameters = progress.parameters;
        this.tell("progress");
      },
      epoch: (end) => {
        this.take(end);
        this.history.push(end.record);
        this.tell("epoch");
      },
      state: (state, message) => {
        this.state = state;
        this.message = message;
        this.tell("state");
      },
    });
  }

  on(happening: Happening, listener: () => void): void {
    this.listeners.set(happening, [...(this.listeners.get(happening) ?? []), listener]);
  }

  private tell(happening: Happening): void {
    for (const listener of this.listeners.get(happening) ?? []) listener();
  }

  private take(end: EpochEnd): void {
    this.parameters = end.parameters;
    this.predictions = end.predictions;
    this.digest = end.digest;
  }

  /** Begins with what is set now. Of many wishes in a row only the last is carried out. */
  begin(): Promise<void> {
    const wish = ++this.wanted;
    this.queue = this.queue.then(async () => {
      if (wish !== this.wanted) return;
      try {
        await this.prepare();
        this.problem = null;
      } catch (error) {
        this.problem = error as CoreError;
      }
      this.tell("text-problem");
    });
    return this.queue;
  }

  private async prepare(): Promise<void> {
    const data = chosen(this.source, this.choice);
    const description = await this.client.call("describe", this.text);
    if (String(description.input) !== String(data.shape)) {
      throw new Error(`network: it is for images of ${description.input.join("x")}, but these are ${data.shape.join("x")}`);
    }
    const last = description.layers.at(-1)!.shape, outputs = last[0] * last[1] * last[2];
    if (outputs !== data.classes.length) {
      throw new Error(`network: it has ${outputs} outputs, but there are ${data.classes.length} classes: end it with "dense ${data.classes.length}"`);
    }
    const end = await this.client.call("prepare", {
      text: description.text,
      settings: this.settings,
      normalization: normalizationOf(data.train, data.shape, this.settings.normalization),
      train: data.train,
      test: data.test,
    });
    this.data = data;
    this.description = description;
    this.isOpened = false;
    this.progress = null;
    this.history = [end.record];
    this.take(end);
    this.saveAddress();
    this.tell("begun");
  }

  /** Other images; the network becomes the preset's for them where it does not fit. */
  useData(source: Dataset, choice: Choice): Promise<void> {
    this.source = source;
    this.choice = choice;
    const classes = choice.classes?.length ?? source.classes.length;
    const [input, ...layers] = this.text.split("|");
    const fits = input?.trim() === source.shape.join("x") && new RegExp(`^dense ${classes}( |$)`).test(layers.at(-1)?.trim() ?? "");
    if (!fits) this.text = presetText(this.preset, source.shape, classes);
    return this.begin();
  }

  usePreset(name: string): Promise<void> {
    const classes = this.choice.classes?.length ?? this.source.classes.length;
    this.preset = name;
    this.text = presetText(name, this.source.shape, classes);
    const images = Math.min(this.source.train.labels.length, classes * (this.choice.perClass ?? Infinity));
    this.settings = { ...presetSettings(name, images), seed: this.settings.seed };
    return this.begin();
  }

  useText(text: string): Promise<void> {
    this.text = text;
    return this.begin();
  }

  change(settings: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    return this.begin();
  }

  saveAddress(): void {
    const classes = this.choice.classes?.length ?? this.source.classes.length;
    const isPreset = this.preset in PRESETS && this.text === presetText(this.preset, this.source.shape, classes);
    writeAddress({
      preset: this.preset,
      text: isPreset ? null : this.text,
      choice: this.choice,
      settings: this.settings,
      language: currentLanguage(),
      core: this.core,
    });
  }

  /** The command that does the same, bit for bit. */
  get command(): string {
    const { classes, perClass } = this.choice, isEmbedded = this.source.name === "fashion-mnist-5000";
    const names = classes?.map((name) => (/^[\w-]+$/.test(name) ? name : String(this.source.classes.indexOf(name))));
    return command(
      this.description.text,
      [
        ...(isEmbedded ? [] : [this.source.name]),
        ...(names ? [`--classes ${names.join(",")}`] : []),
        ...(perClass === null ? [] : [`--per-class ${perClass}`]),
      ],
      this.settings,
    );
  }

  /** A network from a file, with what a recorded run says about its epochs; true where it fits the images. */
  async open(bytes: Uint8Array<ArrayBuffer>, history: EpochRecord[]): Promise<boolean> {
    const model = await this.client.call("load", bytes);
    const { input, layers } = model.description, last = layers.at(-1)!.shape;
    this.description = model.description;
    this.parameters = model.parameters;
    this.digest = model.digest;
    this.progress = null;
    this.isOpened = true;
    this.history = history;
    this.predictions = new Int32Array();
    const classes = this.choice.classes?.length ?? this.source.classes.length;
    const fits = String(input) === String(this.source.shape) && last[0] * last[1] * last[2] === classes;
    if (fits) {
      this.data = chosen(this.source, this.choice);
      const end = await this.client.call("evaluateLoaded", this.data.test, "cross_entropy");
      this.take(end);
      if (history.length === 0) this.history = [end.record];
    }
    this.tell("begun");
    return fits;
  }
}

// What is tried: images, network, settings, and how far its training has come. The sections of the page show it, and
// change the wish, which becomes the training when Train is pressed.
import { type Address, defaultAddress, readAddress } from "./address";
import type { CoreError, Description } from "./core";
import { type Choice, type Dataset, EMBEDDED, normalizationOf } from "./data";
import type { CoreFacts, EpochRecord } from "./protocol";
import { namesOf } from "./recorded_run";
import { type Settings, settingFromText } from "./settings";
import { Watched } from "./watched";
import { addressOf, type Change, changeBetween, chosenOnce, extendedSettings, type Plan, planned, problemOf, type Where, type Wish, wishOf, withData, withPreset } from "./wish";

export class Experiment extends Watched {
  wish!: Wish;
  /** What is trained; undefined until images are there. */
  tried?: Plan;
  facts!: CoreFacts;
  /** "emulated" is for comparing: the module for browsers without a fused multiply-add, which is eighteen times slower. */
  core: Address["core"] = "best";
  /** Of what is shown: that of the training, or of a file. */
  description!: Description;
  /** Of the classes that the network shown has outputs for. */
  classes: string[] = [];
  /** What keeps the wish from being carried out. */
  problem: (CoreError & { where: Where }) | null = null;
  change: Change = "none";
  /** Whether the network is a file's, which has no training here. */
  isOpened = false;
  /** What is wrong with the address. */
  addressProblems: string[] = [];
  /** An address whose images are not there yet. */
  awaited: Address | null = null;

  private readonly sources = new Map<string, Dataset>();
  private readonly wrong = new Map<string, Error & { where: Where }>(); // fields whose text stands for nothing
  private wanted = 0;
  private fingerprint = ""; // of the data that are tried

  // The wish

  useData(source: Dataset, choice: Choice): Promise<void> {
    this.sources.set(source.name, source);
    this.awaited = null;
    this.addressProblems = [];
    this.tell("address");
    this.wrong.delete("per_class");
    const before = this.wish ?? wishOf(defaultAddress(), source);
    return this.wishFor(withData(before, source, choice));
  }

  usePreset(name: string): Promise<void> {
    this.wrong.clear();
    return this.wishFor(withPreset(this.wish, name));
  }

  useText(text: string): Promise<void> {
    return this.wishFor({ ...this.wish, text });
  }

  /** A setting by what a field says. */
  useSetting(name: string, text: string): Promise<void> {
    const value = this.valid(name, "settings", () => settingFromText(name, text));
    return this.wishFor(value === undefined ? this.wish : { ...this.wish, settings: { ...this.wish.settings, [name]: value } });
  }

  /** What a field's text stands for; undefined, and a problem of the wish, where it stands for nothing. */
  valid<T>(name: string, where: Where, read: () => T): T | undefined {
    this.wrong.delete(name);
    try {
      return read();
    } catch (error) {
      this.wrong.set(name, problemOf(error, where));
      return undefined;
    }
  }

  isWrong(name: string): boolean {
    return this.wrong.has(name);
  }

  forgetChanges(): Promise<void> {
    this.wrong.clear();
    return this.wishFor(this.tried!);
  }

  /** Of many wishes in a row only the last is looked at; the first steps have not been made, it is carried out at once. */
  wishFor(wish: Wish): Promise<void> {
    this.wish = wish;
    const number = ++this.wanted;
    this.tell("considered");
    return this.queued(async () => {
      if (number !== this.wanted) return;
      const plan = await this.considered();
      const isFresh = !this.tried || (this.state === "ready" && !this.isOpened);
      if (plan && isFresh && this.change !== "none") await this.begin(plan);
      this.tell("considered");
    });
  }

  private async considered(): Promise<Plan | null> {
    try {
      const [wrong] = this.wrong.values();
      if (wrong) throw wrong;
      const plan = await planned(this.wish, (text) => this.client.call("describe", text));
      this.problem = null;
      this.change = this.tried ? changeBetween(this.tried, plan) : "anew";
      return plan;
    } catch (error) {
      this.problem = error as CoreError & { where: Where };
      this.change = "none";
      return null;
    }
  }

  // The training

  /** Trains what is wished for: goes on, for longer, or begins anew. */
  train(): Promise<void> {
    return this.queued(async () => {
      const plan = await this.considered();
      if (plan && this.change === "extended") await this.extend(plan);
      else if (plan && (this.change === "anew" || this.isOpened)) await this.begin(plan);
      if (!this.problem) await this.client.call("run");
      this.tell("considered");
    });
  }

  /** Begins what is wished for, without a step. */
  reset(): Promise<void> {
    return this.queued(async () => {
      const plan = await this.considered();
      if (plan) await this.begin(plan);
      this.tell("considered");
    });
  }

  private async extend(plan: Plan): Promise<void> {
    const settings = extendedSettings(this.tried!.settings, plan.settings.epochs);
    await this.client.call("extend", settings);
    this.tried = { ...plan, settings };
    this.wish = { ...this.wish, settings };
    this.change = "none";
    this.saveAddress();
  }

  private async begin(plan: Plan): Promise<void> {
    const { data, description, settings, weights } = plan;
    try {
      const fingerprint = data === this.tried?.data ? this.fingerprint : await this.client.call("fingerprint", data);
      const end = await this.client.call("prepare", {
        text: description.text,
        settings,
        normalization: normalizationOf(data.train, data.shape, settings.normalization),
        weights,
        train: data.train,
        test: data.test,
      });
      this.fingerprint = fingerprint;
      this.take(end);
      this.history = [end.record];
    } catch (error) {
      this.problem = problemOf(error, "settings");
      return;
    }
    this.tried = plan;
    this.description = description;
    this.classes = data.classes;
    this.isOpened = false;
    this.progress = null;
    this.change = "none";
    this.saveAddress();
    this.tell("begun");
  }

  get settings(): Settings {
    return this.tried!.settings;
  }

  get data(): Dataset | undefined {
    return this.tried?.data;
  }

  // The address

  /** Does what an address says; where that cannot be, says why, and begins as without one. */
  follow(hash: string): Promise<void> {
    return this.queued(async () => {
      const address = readAddress(hash);
      this.awaited = null;
      this.addressProblems = "problems" in address ? address.problems : await this.problemsOfFollowing(address);
      if (this.addressProblems.length > 0) {
        this.core = "best";
        await this.beginAt(defaultAddress(), this.sources.get(EMBEDDED)!);
      }
      this.tell("address");
      this.tell("considered");
    });
  }

  private async problemsOfFollowing(address: Address): Promise<string[]> {
    const { numerics } = this.facts, name = address.data?.name ?? EMBEDDED, source = this.sources.get(name);
    if (address.numerics !== null && address.numerics !== numerics) {
      return [`it was made with numerics ${address.numerics}, but this page has ${numerics}: other bits would come out`];
    }
    this.core = address.core;
    if (source) return this.beginAt(address, source);
    this.awaited = address;
    return [];
  }

  /** Images of the visitor's files: for the address that waits for them, or to begin with. */
  receive(source: Dataset, choice: Choice): Promise<void> {
    const { awaited } = this;
    if (!awaited) return this.useData(source, choice);
    return this.queued(async () => {
      this.addressProblems = [];
      const { name, fingerprint } = awaited.data!;
      if (!fingerprint && source.name !== name) {
        this.addressProblems = [`it is of the images "${name}", but these are "${source.name}"`];
      } else {
        this.sources.set(source.name, source);
        this.addressProblems = await this.beginAt(awaited, source);
        if (this.addressProblems.length === 0) this.awaited = null;
      }
      this.tell("address");
      this.tell("considered");
    });
  }

  private async beginAt(address: Address, source: Dataset): Promise<string[]> {
    const expected = address.data?.fingerprint;
    try {
      if (expected) {
        const found = await this.client.call("fingerprint", chosenOnce(source, address.choice));
        if (!found.startsWith(expected)) {
          const these = `these, "${source.name}", have ${found.slice(0, expected.length)}`;
          return [`it is of images "${address.data!.name}" with the fingerprint ${expected}, but ${these}: they are others`];
        }
      }
    } catch (error) {
      return [(error as Error).message];
    }
    ++this.wanted; // what was wished for before is of the past
    this.wrong.clear();
    this.wish = wishOf(address, source);
    const plan = await this.considered();
    if (plan) await this.begin(plan);
    return this.problem ? [this.problem.message] : [];
  }

  addSource(source: Dataset): void {
    this.sources.set(source.name, source);
  }

  hasSource(name: string): boolean {
    return this.sources.has(name);
  }

  saveAddress(): void {
    history.replaceState(null, "", addressOf(this.tried!, this.fingerprint, this.facts.numerics, this.core));
  }

  // A network of a file

  /** With what a recorded run says about its epochs; true where its classes are among those of the images. */
  open(bytes: Uint8Array<ArrayBuffer>, history: EpochRecord[]): Promise<boolean> {
    return this.queued(async () => {
      const { tried } = this;
      if (!tried) throw new Error("choose images first");
      const model = await this.client.call("load", bytes), { input, layers } = model.description;
      const last = layers.at(-1)!.shape, outputs = last[0] * last[1] * last[2], { source } = tried;
      const named = namesOf(model.metadata, outputs);
      this.classes = named ?? (outputs === tried.data.classes.length ? tried.data.classes : Array.from({ length: outputs }, (_, i) => String(i)));
      this.description = model.description;
      this.parameters = model.parameters;
      this.digest = model.digest;
      this.progress = null;
      this.isOpened = true;
      this.history = history;
      this.predictions = new Int32Array();
      const fits = String(input) === String(source.shape) && outputs > 1 && this.classes.every((name) => source.classes.includes(name));
      if (fits) {
        const isWhole = String(this.classes) === String(source.classes), isChosen = String(this.classes) === String(tried.data.classes);
        const choice = isChosen ? tried.choice : { classes: isWhole ? null : this.classes, perClass: null };
        this.tried = await planned(withData(tried, source, choice), (text) => this.client.call("describe", text));
        this.wish = this.tried;
        const end = await this.client.call("evaluateLoaded", this.tried.data.test, "cross_entropy");
        this.take(end);
        if (history.length === 0) this.history = [end.record];
      }
      this.tell("begun");
      this.tell("considered");
      return fits;
    });
  }
}

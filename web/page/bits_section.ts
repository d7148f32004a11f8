// The digest, the command that gives the same, the model as a file, and files of others to look at.
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import { npzOf } from "./npz_writing";
import { hasName } from "./published";
import { openedFiles } from "./recorded_run";
import { download } from "./saving";
import { button, section, text } from "./section";
import { commandOf } from "./wish";
import { percent, say } from "./words";

export function bitsSection(experiment: Experiment): HTMLElement {
  const digest = make("code", { id: "digest" }), when = make("span", { className: "faint" });
  const command = make("code", { id: "command" }), message = make("p", { attributes: { role: "status" } });
  const copy = make("button", { type: "button" });
  written(() => (copy.textContent = say("copy")));
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      copy.textContent = say("copied");
    } catch {
      getSelection()?.selectAllChildren(command); // to be copied by hand
    }
  });
  const keep = button("keep_images", () => download(npzOf(experiment.tried!.source), experiment.tried!.source.name), { id: "keep-images" });
  const needed = make("div", { className: "buttons", id: "needed", hidden: true }, keep, text("span", "images_needed", "faint"));
  const show = (): void => {
    const { history, state, data, isOpened } = experiment;
    if (!data) return;
    const epoch = history.at(-1)?.epoch ?? 0;
    digest.textContent = experiment.digest;
    when.textContent = state === "finished" ? "" : epoch === 0 ? ` (${say("not_yet")})` : ` (${say("after_epoch", epoch)})`;
    command.parentElement!.hidden = isOpened;
    if (!isOpened) command.textContent = commandOf(experiment.tried!);
    needed.hidden = isOpened || hasName(experiment.tried!.source);
    copy.textContent = say("copy");
  };
  experiment.on("begun", show);
  experiment.on("begun", () => {
    if (!experiment.isOpened) message.textContent = ""; // it is of another network
  });
  experiment.on("epoch", show);
  experiment.on("state", show);
  written(show);

  const save = button(
    "save_model",
    async () => {
      try {
        const classes = JSON.stringify(experiment.classes);
        download(await experiment.client.call("save", { classes }), "model.safetensors");
      } catch (error) {
        message.textContent = (error as Error).message;
      }
    },
    { id: "save" },
  );

  const open = async (files: readonly File[]): Promise<void> => {
    try {
      const { name, model, history } = await openedFiles(files);
      const fits = await experiment.open(model, history).catch((error: Error) => {
        throw new Error(`${name}: ${error.message}`);
      });
      const accuracy = experiment.history.at(-1)?.testAccuracy ?? NaN;
      message.textContent = fits ? say("opened", name, percent(accuracy)) : say("opened_without", name);
    } catch (error) {
      message.textContent = (error as Error).message;
    }
  };
  const chooser = (id: string, word: "open_model" | "open_run", isFolder: boolean): HTMLElement => {
    const input = make("input", { type: "file", id, webkitdirectory: isFolder, ...(isFolder ? {} : { accept: ".safetensors" }) });
    input.addEventListener("change", () => void open([...(input.files ?? [])]).then(() => (input.value = "")));
    const label = text("label", word);
    label.htmlFor = id;
    return make("div", { className: "field wide" }, label, input);
  };
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    const items = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
    await open((await Promise.all(items.map(filesOf))).flat());
  });
  return section(
    "bits",
    "bits",
    "bits_about",
    make("div", { className: "command" }, command, copy),
    needed,
    make("p", {}, text("span", "digest", "faint"), " ", digest, when),
    make("div", { className: "buttons" }, save, text("span", "save_about", "faint")),
    chooser("open-model", "open_model", false),
    chooser("open-run", "open_run", true),
    text("p", "open_about", "faint"),
    message,
  );
}

/** A dropped file, or the files of a dropped folder. */
function filesOf(entry: FileSystemEntry): Promise<File[]> {
  return new Promise((resolve, reject) => {
    if (entry.isFile) return (entry as FileSystemFileEntry).file((file) => resolve([file]), reject);
    (entry as FileSystemDirectoryEntry).createReader().readEntries(async (entries) => {
      resolve((await Promise.all(entries.filter(({ isFile }) => isFile).map(filesOf))).flat());
    }, reject);
  });
}

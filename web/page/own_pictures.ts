// The visitor's own pictures: two to ten classes, from files, dropped, or from the camera, at 32 x 32 in colour.
import type { Dataset, Part } from "./data";
import { make, written } from "./elements";
import { npzOf } from "./npz_writing";
import { imageCanvas } from "./pictures";
import { button, text } from "./section";
import { download } from "./saving";
import { say } from "./words";

const SIDE = 32, PIXELS = 3 * SIDE * SIDE, FEWEST_CLASSES = 2, MOST_CLASSES = 10, TEST_SHARE = 5, MOST_PICTURES = 2000;
/** Of the data, and of the file in which they are saved. */
export const OWN_PICTURES = "own-pictures.npz";
const SHAPE: Dataset["shape"] = [3, SIDE, SIDE];

/** The middle square of a picture, made small in steps of half, so that no pixel is left out. */
export function pixelsOf(picture: ImageBitmap | HTMLVideoElement, width: number, height: number): Uint8Array {
  let side = Math.min(width, height);
  let source: CanvasImageSource = picture, x = (width - side) / 2, y = (height - side) / 2;
  for (;;) {
    const next = Math.max(SIDE, Math.ceil(side / 2)), canvas = make("canvas", { width: next, height: next });
    const context = canvas.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.fillRect(0, 0, next, next); // what is transparent becomes black
    context.drawImage(source, x, y, side, side, 0, 0, next, next);
    if (next === SIDE) return planes(context.getImageData(0, 0, SIDE, SIDE).data);
    [source, side, x, y] = [canvas, next, 0, 0];
  }
}

function planes(data: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array(PIXELS), size = SIDE * SIDE;
  for (let i = 0; i < size; ++i) for (let plane = 0; plane < 3; ++plane) pixels[plane * size + i] = data[4 * i + plane]!;
  return pixels;
}

interface OwnClass {
  name: HTMLInputElement;
  pictures: Uint8Array[];
  show(): void;
  element: HTMLElement;
}

/** Every fifth picture of a class is for testing; throws where something is missing. */
export function datasetOf(classes: { name: string; pictures: Uint8Array[] }[]): Dataset {
  if (classes.length < FEWEST_CLASSES) throw new Error("own pictures: expected two classes at least");
  const names = classes.map(({ name }) => name.trim());
  if (names.some((name) => name === "")) throw new Error("own pictures: give each class a name");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`own pictures: two classes are called "${twice}"`);
  const few = classes.find(({ pictures }) => pictures.length < 2);
  if (few) throw new Error(`own pictures: "${few.name.trim()}" has ${few.pictures.length}: expected two at least, one to learn and one to test`);
  const part = (isTest: boolean): Part => {
    const kept = classes.flatMap(({ pictures }, label) => {
      const every = Math.min(TEST_SHARE, pictures.length);
      return pictures.filter((_, i) => (i % every === every - 1) === isTest).map((picture) => ({ picture, label }));
    });
    const pixels = new Uint8Array(kept.length * PIXELS);
    kept.forEach(({ picture }, i) => pixels.set(picture, i * PIXELS));
    return { pixels, labels: Int32Array.from(kept, ({ label }) => label) };
  };
  return { name: OWN_PICTURES, classes: names, shape: SHAPE, train: part(false), test: part(true) };
}

export function ownPictures(use: (data: Dataset) => void, complain: (message: string) => void): HTMLElement {
  const list = make("div", { className: "own" }), video = make("video", { muted: true, playsInline: true, hidden: true });
  const classes: OwnClass[] = [];
  let camera: MediaStream | null = null;

  const closeCamera = (): void => {
    camera?.getTracks().forEach((track) => track.stop());
    camera = null;
    video.hidden = true;
    cameraOff.hidden = true;
  };
  const cameraOff = button("close_camera", closeCamera);
  cameraOff.hidden = true;

  const addFiles = async (own: OwnClass, files: Iterable<File>): Promise<void> => {
    const refused: string[] = [];
    for (const file of files) {
      if (own.pictures.length >= MOST_PICTURES) {
        refused.push(`no more than ${MOST_PICTURES} pictures of a class`);
        break;
      }
      try {
        const picture = await createImageBitmap(file);
        own.pictures.push(pixelsOf(picture, picture.width, picture.height));
        picture.close();
      } catch {
        refused.push(`${file.name}: not a picture that the browser reads`);
      }
    }
    own.show();
    if (refused.length > 0) complain(refused.slice(0, 3).join("; ") + (refused.length > 3 ? "; …" : ""));
  };

  const takePicture = async (own: OwnClass): Promise<void> => {
    try {
      if (!camera) {
        camera = await navigator.mediaDevices.getUserMedia({ video: true });
        video.srcObject = camera;
        await video.play();
        video.hidden = cameraOff.hidden = false;
        return; // the next press takes one: now one sees what is seen
      }
      own.pictures.push(pixelsOf(video, video.videoWidth, video.videoHeight));
      own.show();
    } catch (error) {
      complain(`camera: ${(error as Error).message}`);
    }
  };

  const addClass = (): void => {
    if (classes.length >= MOST_CLASSES) return;
    const name = make("input", { type: "text", size: 12, maxLength: 40, value: String.fromCharCode(65 + classes.length) });
    const thumbnails = make("div", { className: "thumbnails" }), files = make("input", { type: "file", accept: "image/*", multiple: true });
    const own: OwnClass = {
      name,
      pictures: [],
      element: make("fieldset", { className: "class" }),
      show: () => {
        thumbnails.replaceChildren(...own.pictures.slice(-40).map((pixels) => imageCanvas(pixels, SHAPE)), String(own.pictures.length));
      },
    };
    files.addEventListener("change", () => void addFiles(own, files.files ?? []).then(() => (files.value = "")));
    written(() => {
      name.setAttribute("aria-label", say("class_name"));
      files.setAttribute("aria-label", say("add_pictures"));
    });
    own.element.addEventListener("dragover", (event) => event.preventDefault());
    own.element.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      void addFiles(own, event.dataTransfer?.files ?? []);
    });
    const remove = button("remove_class", () => {
      classes.splice(classes.indexOf(own), 1);
      own.element.remove();
    });
    own.element.append(name, files, button("camera", () => void takePicture(own)), remove, thumbnails, text("span", "drop_here", "faint"));
    classes.push(own);
    list.append(own.element);
    own.show();
  };
  addClass();
  addClass();

  const dataset = (then: (data: Dataset) => void) => (): void => {
    try {
      then(datasetOf(classes.map(({ name, pictures }) => ({ name: name.value, pictures }))));
    } catch (error) {
      complain((error as Error).message);
    }
  };
  return make(
    "div",
    { id: "own" },
    text("p", "own_about", "about"),
    list,
    video,
    make(
      "div",
      { className: "buttons" },
      button("add_class", addClass),
      cameraOff,
      button("use_pictures", dataset((data) => (closeCamera(), use(data))), { className: "main", id: "use-pictures" }),
      button("keep_pictures", dataset((data) => download(npzOf(data), data.name)), { id: "keep-pictures" }),
    ),
  );
}


// Images as canvases.
import type { Shape } from "./core";
import { greatest, tint } from "./colours";

function canvasOf(width: number, height: number, colour: (pixel: number) => readonly [number, number, number]): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  paint(canvas, colour);
  return canvas;
}

function paint(canvas: HTMLCanvasElement, colour: (pixel: number) => readonly [number, number, number]): void {
  const context = canvas.getContext("2d")!, image = context.createImageData(canvas.width, canvas.height);
  for (let pixel = 0; pixel < canvas.width * canvas.height; ++pixel) {
    const [red, green, blue] = colour(pixel);
    image.data.set([red, green, blue, 255], 4 * pixel);
  }
  context.putImageData(image, 0, 0);
}

/** An image as it is seen: grey, or red, green and blue. */
export function imageCanvas(pixels: Uint8Array, [planes, height, width]: Shape): HTMLCanvasElement {
  const size = height * width;
  return canvasOf(width, height, (i) =>
    planes === 3 ? [pixels[i]!, pixels[i + size]!, pixels[i + 2 * size]!] : [pixels[i]!, pixels[i]!, pixels[i]!],
  );
}

/** A plane of a layer's output, from black, its layer's least value, to white. */
export function planeCanvas(values: Float32Array, width: number, height: number, least: number, most: number): HTMLCanvasElement {
  const factor = most > least ? 255 / (most - least) : 0;
  return canvasOf(width, height, (i) => {
    const grey = Math.round((values[i]! - least) * factor);
    return [grey, grey, grey];
  });
}

/** Weights in red and blue. */
export function weightCanvas(values: Float32Array, width: number, height: number, most = greatest(values)): HTMLCanvasElement {
  return canvasOf(width, height, (i) => tint(values[i]!, most));
}

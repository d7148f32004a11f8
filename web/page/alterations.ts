// Images altered to see what a network goes by; the package's altered_images.py has more of them.
import type { Shape } from "./core";
import type { Alteration } from "./protocol";

/** Shares of red, green and blue in grey: ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];

export function altered(pixels: Uint8Array, [planes, height, width]: Shape, alteration: Alteration): Uint8Array {
  if (alteration === "none") return pixels;
  const size = height * width, result = new Uint8Array(pixels.length);
  for (let start = 0; start < pixels.length; start += planes * size) {
    for (let y = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x) {
        const [fromY, fromX] =
          alteration === "upside_down" ? [height - 1 - y, x] : alteration === "mirrored" ? [y, width - 1 - x] : [y, x];
        const from = start + fromY * width + fromX, to = start + y * width + x;
        if (alteration === "grey") {
          let luma = 0;
          for (let plane = 0; plane < planes; ++plane) luma += pixels[from + plane * size]! * (LUMA[plane] ?? 0);
          for (let plane = 0; plane < planes; ++plane) result[to + plane * size] = Math.round(luma);
          continue;
        }
        for (let plane = 0; plane < planes; ++plane) {
          const value = pixels[from + plane * size]!;
          const isHidden = alteration === "left_half" && x < width / 2;
          result[to + plane * size] = isHidden ? 0 : alteration === "dark" ? value >> 1 : value;
        }
      }
    }
  }
  return result;
}

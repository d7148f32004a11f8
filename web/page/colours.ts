// The project's colours, which the build takes from python/lenetpp/pictures/colours.py, and the scale of values.
import { HIGH, LAYERS, LOW, TEST, TRAINING } from "project-colours";

export { LAYERS, TEST, TRAINING };

/** White at 0, red towards `greatest`, blue towards -`greatest`. */
export function tint(value: number, greatest: number): [number, number, number] {
  const share = greatest > 0 ? Math.min(1, Math.abs(value) / greatest) : 0;
  const full = value > 0 ? HIGH : LOW;
  return [0, 1, 2].map((i) => Math.round(255 + (full[i]! - 255) * share)) as [number, number, number];
}

/** Black or white, whichever is easier to read on a colour. */
export function textOn(colour: readonly number[]): string {
  const linear = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000" : "#fff";
}

export function greatest(values: Float32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

// What both workers train: LeNet-5 on images that are a formula.

export const LENET5 =
  "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | dense 84 relu | dense 10";
export const BATCH_SIZE = 16, LEARNING_RATE = 0.01, MOMENTUM = 0.9, MEAN = 127, DEVIATION = 74;

export function bytesOf(images) {
  return Uint8Array.from({ length: images * 28 * 28 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
}

export const labelsOf = (images) => Int32Array.from({ length: images }, (_, i) => i % 10);

/** Answers "ready" when prepared(images, more) has kept its promise, and each message then with a pass over all images. */
export function serve(prepared) {
  self.onmessage = async ({ data: { images, ...more } }) => {
    try {
      const pass = await prepared(images, more);
      self.onmessage = async () => {
        try {
          await pass();
          self.postMessage("done");
        } catch (error) {
          self.postMessage(`failed: ${error.message}`);
        }
      };
      self.postMessage("ready");
    } catch (error) {
      self.postMessage(`failed: ${error.message}`);
    }
  };
}

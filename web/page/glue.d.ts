declare module "core-glue" {
  const createCore: import("./core").CreateCore;
  export default createCore;
}
declare module "worker-code" {
  const code: string;
  export default code;
}
declare module "project-colours" {
  export const LAYERS: string[];
  export const TRAINING: string, TEST: string;
  export const HIGH: [number, number, number], LOW: [number, number, number];
}

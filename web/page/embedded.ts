// What the page carries beside its code, each in an element of its own as base64.
import { inflated } from "./binary";
import type { Modules } from "./protocol";

function bytesOf(id: string): Uint8Array<ArrayBuffer> {
  const element = document.getElementById(id)!;
  const bytes = Uint8Array.from(atob(element.textContent!), (letter) => letter.charCodeAt(0));
  element.remove(); // megabytes of text
  return bytes;
}

export async function embeddedModules(): Promise<Modules> {
  const module = async (id: string) => (await inflated(bytesOf(id), "gzip")).buffer;
  return { relaxed: await module("core-relaxed"), plain: await module("core-plain") };
}

export const embeddedClothes = (): Uint8Array<ArrayBuffer> => bytesOf("clothes");

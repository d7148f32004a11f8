// What the page carries beside its code, each in an element of its own, as base64 of gzip.
import { inflated } from "./binary";
import type { Modules } from "./protocol";

function contentOf(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const element = document.getElementById(id)!;
  const bytes = Uint8Array.from(atob(element.textContent!), (letter) => letter.charCodeAt(0));
  element.remove(); // megabytes of text
  return inflated(bytes, "gzip");
}

export async function embeddedModules(): Promise<Modules> {
  const module = async (id: string) => (await contentOf(id)).buffer;
  return { relaxed: await module("core-relaxed"), plain: await module("core-plain") };
}

export const embeddedClothes = () => contentOf("clothes");

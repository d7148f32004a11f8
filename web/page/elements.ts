// Elements in one expression, and texts that change with the language.

type Child = Node | string;
type Properties<Tag extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[Tag], "style" | "dataset" | "attributes">>;

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties<Tag> & { attributes?: Record<string, string> } = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const { attributes, ...own } = properties;
  const element = Object.assign(document.createElement(tag), own) as HTMLElementTagNameMap[Tag];
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const DRAWING = "http://www.w3.org/2000/svg";

export function draw(tag: string, attributes: Record<string, string | number> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(DRAWING, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export const byId = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

/** Writes into a field, but never over what somebody is typing there. */
export function writerInto(field: HTMLInputElement | HTMLSelectElement): (text: string) => void {
  let isTyping = false;
  field.addEventListener("input", () => (isTyping = true));
  for (const end of ["change", "blur"]) field.addEventListener(end, () => (isTyping = false));
  return (text) => {
    if (!isTyping && field.value !== text) field.value = text;
  };
}

/** What is to be written again when the language changes. */
const writers = new Set<() => void>();

export function written(write: () => void): void {
  writers.add(write);
  write();
}

export function writeAll(): void {
  for (const write of writers) write();
}

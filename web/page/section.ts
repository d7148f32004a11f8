// A part of the page: a heading, a paragraph that says what it is, and its content.
import { make, written } from "./elements";
import { say, type Word } from "./words";

export function section(id: string, title: Word, about: Word, ...content: (Node | string)[]): HTMLElement {
  const heading = make("h2", { id: `${id}-title` }), paragraph = make("p", { className: "about" });
  written(() => {
    heading.textContent = say(title);
    paragraph.textContent = say(about);
  });
  return make("section", { id, attributes: { "aria-labelledby": `${id}-title` } }, heading, paragraph, ...content);
}

export function button(word: Word, press: () => void, properties: { id?: string; className?: string } = {}): HTMLButtonElement {
  const element = make("button", { type: "button", ...properties });
  written(() => (element.textContent = say(word)));
  element.addEventListener("click", press);
  return element;
}

/** Text that is written again when the language changes. */
export function text<Tag extends "p" | "span" | "legend" | "summary" | "h3" | "figcaption" | "label">(
  tag: Tag,
  word: Word,
  className = "",
): HTMLElementTagNameMap[Tag] {
  const element = make(tag) as HTMLElement;
  element.className = className;
  written(() => (element.textContent = say(word)));
  return element as HTMLElementTagNameMap[Tag];
}

// The value under the pointer: whoever has one gives it by `data-tip`, or by a function of the place.
import { byId } from "./elements";

type Teller = (x: number, y: number) => string | null; // shares of the element's width and height
const tellers = new WeakMap<Element, Teller>();

export function tells(element: Element, teller: Teller): void {
  tellers.set(element, teller);
}

export function showTips(): void {
  const tip = byId("tip");
  const show = (event: PointerEvent): void => {
    let element = event.target as Element | null;
    while (element && !tellers.has(element)) element = element.parentElement;
    const place = element?.getBoundingClientRect();
    const text = place && tellers.get(element!)!((event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const room = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, room - tip.offsetWidth - 4)) + scrollX}px`;
    const above = event.clientY - tip.offsetHeight - 10;
    tip.style.top = `${(above > 0 ? above : event.clientY + 16) + scrollY}px`;
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerover", show);
}

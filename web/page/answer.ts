// What a network takes an image for: a bar for each class, as long as its share.
import { make } from "./elements";
import { percent } from "./words";

/** `shares` sum to 1; `label` is the right class, where it is known. */
export function answerList(classes: readonly string[], shares: Float64Array, label: number | null): HTMLElement {
  const list = make("ol", { className: "answer" }), best = shares.indexOf(Math.max(...shares));
  classes.forEach((name, i) => {
    const bar = make("span", { className: "bar" });
    bar.style.width = `${100 * shares[i]!}%`;
    const entry = make("li", { className: i === best ? "best" : "" }, make("span", { className: "class", textContent: name }));
    entry.append(make("span", { className: "track" }, bar), make("span", { className: "number", textContent: percent(shares[i]!) }));
    entry.append(make("span", { className: i === label ? "good" : "", textContent: i === label ? "✓" : "" }));
    list.append(entry);
  });
  return list;
}

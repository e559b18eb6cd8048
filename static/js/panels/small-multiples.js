// @ts-check
// A strip of small triangles on one scale; each is a link to its own page and, here, the way to make it the main picture.

import { paintTriangle } from "../plots/colour.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{value: string | number, label: string, current: boolean, log10_norm: (number | null)[][], log10_norm_full?: (number | null)[][], kept?: boolean[][], summary: any, link: string}} Small */

export class Strip {
  /**
   * @param {HTMLElement} list with data-strip, the name of the field it runs over
   * @param {import("../state/settings.js").Settings} settings
   */
  constructor(list, settings) {
    this.list = list;
    this.field = list.dataset.strip ?? "";
    /** A field that is left out of the controls is a question to the reader: the strip must not answer it. */
    this.secret = !document.getElementById(`field-${this.field}`);
    settings.onChange(() => this.#mark(settings.values[this.field]));
    list.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      settings.set({ [this.field]: link.dataset.value ?? "" });
    });
  }

  /** Mark the current picture at once, before the strip is drawn anew. @param {string} value */
  #mark(value) {
    for (const link of this.list.querySelectorAll("a")) {
      if (link.dataset.value === value && !this.secret) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /**
   * @param {Small[]} panels
   * @param {import("../plots/colour.js").Scale} scale
   * @param {[number, number]} range
   * @param {number[]} nothing
   */
  draw(panels, scale, range, nothing) {
    const focused = this.list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.value : undefined;
    const links = new Map([...this.list.querySelectorAll("a")].map((link) => [link.dataset.value, link]));
    const items = panels.map((panel) => {
      const value = String(panel.value);
      const link = links.get(value) ?? blank(value);
      link.href = panel.link;
      link.toggleAttribute("aria-current", false);
      if (panel.current && !this.secret) link.setAttribute("aria-current", "true");
      const [canvas, name, rate] = /** @type {[HTMLCanvasElement, HTMLElement, HTMLElement]} */ (/** @type {unknown} */ (link.children));
      paintTriangle(canvas, panel.log10_norm_full ?? panel.log10_norm, scale, range, nothing, panel.kept);
      name.textContent = panel.label;
      typeset(rate, panel.summary.label);
      const item = link.parentElement ?? document.createElement("li");
      item.append(link);
      return item;
    });
    this.list.replaceChildren(...items);
    const again = [...this.list.querySelectorAll("a")].find((link) => link.dataset.value === focused);
    again?.focus({ preventScroll: true });
  }
}

/** @param {string} value */
function blank(value) {
  const link = document.createElement("a");
  link.dataset.value = value;
  const canvas = document.createElement("canvas");
  const name = Object.assign(document.createElement("span"), { className: "name" });
  const rate = Object.assign(document.createElement("span"), { className: "rate" });
  canvas.setAttribute("aria-hidden", "true");
  link.append(canvas, name, rate);
  return link;
}

// @ts-check
// What ails the network and what would help: the staircase of causes, the units that carry the gradient, and the remedies.

import { paintFading } from "../plots/colour.js";
import { read } from "../state/query.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{unit: number, share: number}} Share */
/** @typedef {{of: "unit" | "output", count: number, arriving: Share[], leaving: Share[], dead: number[], saturated: number[], sentence: string}} Units */
/** @typedef {{label: string, sentence: string, median: (number | null)[], link: string}} Remedy */
/** @typedef {{cause: string, units: Units, truncation: {sentence: string}, remedies: Remedy[]}} Findings */
/** @typedef {{scale: import("../plots/colour.js").Scale, range: [number, number]}} Colours */

export class Diagnosis {
  /**
   * @param {HTMLElement} section
   * @param {import("../state/settings.js").Settings} settings
   */
  constructor(section, settings) {
    this.section = section;
    this.settings = settings;
    this.list = /** @type {HTMLElement} */ (section.querySelector(".remedies"));
    this.list.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      settings.set(read(link.search, settings.schema));
    });
  }

  /** @param {Findings} findings @param {Colours} colours */
  draw({ cause, units, truncation, remedies }, colours) {
    this.#say(".cause", cause);
    this.#say(".truncation", truncation.sentence);
    this.#say(".units-said", units.sentence);
    this.section.querySelector(".units")?.replaceChildren(...marks(units));
    this.#say(".no-remedy", remedies.length ? "" : message("no_remedy"));
    this.list.replaceChildren(...remedies.map((remedy) => item(remedy, colours)));
  }

  /** @param {string} place @param {string} text */
  #say(place, text) {
    const line = this.section.querySelector(place);
    if (line) typeset(line, text);
  }
}

/** @param {Remedy} remedy @param {Colours} colours */
function item({ label, sentence, median, link }, { scale, range }) {
  const row = document.createElement("li");
  const way = Object.assign(document.createElement("a"), { href: link });
  const fading = document.createElement("canvas");
  fading.setAttribute("aria-hidden", "true");
  paintFading(fading, median, scale, range);
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: label });
  const said = Object.assign(document.createElement("span"), { className: "rate" });
  typeset(said, sentence.startsWith(label) ? sentence.slice(label.length).replace(/^[:,] /, "") : sentence);
  way.append(name, said, fading);
  row.append(way);
  return row;
}

/** One mark a unit: as full as the part of the gradient that arrives through it. @param {Units} units */
function marks({ of, count, arriving, dead, saturated }) {
  const most = Math.max(...arriving.map(({ share }) => share), 1e-9);
  return Array.from({ length: count }, (_, index) => {
    const unit = index + 1;
    const mark = document.createElement("li");
    const share = arriving.find((each) => each.unit === unit)?.share ?? 0;
    const kind = of !== "unit" ? "" : dead.includes(unit) ? "dead" : saturated.includes(unit) ? "saturated" : "";
    if (kind) mark.className = kind;
    mark.style.setProperty("--share", String(share / most));
    const form = [of, share ? "share" : "", kind].filter(Boolean).join("_");
    mark.title = message(form, { unit: String(unit), share: String(Math.round(100 * share)) });
    return mark;
  });
}

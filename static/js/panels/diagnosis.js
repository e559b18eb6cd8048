// @ts-check
// What ails the network and what would help: the staircase of causes, the units that carry the gradient, and the remedies.

import { paintFading } from "../plots/colour.js";
import { read } from "../state/query.js";
import { counted, typeset } from "../text/words.js";

/** @typedef {{unit: number, share: number}} Share */
/** @typedef {{count: number, arriving: Share[], leaving: Share[], dead: number[], saturated: number[]}} Units */
/** @typedef {{label: string, sentence: string, rate: number | null, link: string}} Remedy */
/** @typedef {{cause: string, units: Units, truncation: {sentence: string}, remedies: Remedy[]}} Findings */
/** @typedef {{scale: import("../plots/colour.js").Scale, range: [number, number]}} Colours */

/** A unit with less than this part of the gradient is not named. */
const WORTH_NAMING = 0.1;

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
      settings.set(read(link.search, settings.defaults, settings.states));
    });
  }

  /** @param {Findings} findings @param {Colours} colours */
  draw({ cause, units, truncation, remedies }, colours) {
    this.#say(".cause", cause);
    this.#say(".truncation", truncation.sentence);
    this.#say(".units-said", about(units));
    this.section.querySelector(".units")?.replaceChildren(...marks(units));
    this.#say(".no-remedy", remedies.length ? "" : "Nothing that was tried keeps the gradient closer to its size.");
    const length = Number(this.settings.values.length);
    this.list.replaceChildren(...remedies.map((remedy) => item(remedy, length, colours)));
  }

  /** @param {string} place @param {string} text */
  #say(place, text) {
    const line = this.section.querySelector(place);
    if (line) typeset(line, text);
  }
}

/** @param {Remedy} remedy @param {number} length @param {Colours} colours */
function item({ label, sentence, rate, link }, length, { scale, range }) {
  const row = document.createElement("li");
  const way = Object.assign(document.createElement("a"), { href: link });
  const fading = document.createElement("canvas");
  fading.setAttribute("aria-hidden", "true");
  paintFading(fading, rate ?? 0, length, scale, range);
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: label });
  const said = Object.assign(document.createElement("span"), { className: "rate" });
  typeset(said, sentence.startsWith(`${label}: `) ? sentence.slice(label.length + 2) : sentence);
  way.append(name, said, fading);
  row.append(way);
  return row;
}

/** One mark a unit: as full as the part of the gradient that arrives through it. @param {Units} units */
function marks({ count, arriving, dead, saturated }) {
  const most = Math.max(...arriving.map(({ share }) => share), 1e-9);
  return Array.from({ length: count }, (_, index) => {
    const unit = index + 1;
    const mark = document.createElement("li");
    const share = arriving.find((each) => each.unit === unit)?.share ?? 0;
    const kind = dead.includes(unit) ? "dead" : saturated.includes(unit) ? "saturated" : "";
    if (kind) mark.className = kind;
    mark.style.setProperty("--share", String(share / most));
    mark.title = [`unit ${unit}`, share ? `${Math.round(100 * share)} % of what arrives` : "", kind].filter(Boolean).join(", ");
    return mark;
  });
}

/** @param {Units} units */
function about({ count, arriving, dead, saturated }) {
  const named = arriving.filter(({ share }) => share >= WORTH_NAMING && share > 1.5 / count);
  const carried = Math.round(100 * named.reduce((sum, { share }) => sum + share, 0));
  const [noun, verb] = named.length === 1 ? ["Unit", "carries"] : ["Units", "carry"];
  const carriers = named.length ? `${noun} ${listed(named.map(({ unit }) => unit))} ${verb} ${carried} % of what arrives.` : "No unit carries much more than another.";
  /** @param {number[]} found @param {string} word */
  const say = (found, word) => (found.length === 0 ? `none is ${word}` : `${counted(found.length, "unit")} of ${count} ${found.length === 1 ? "is" : "are"} ${word}`);
  const rest = `${say(dead, "dead")}, ${say(saturated, "saturated")}.`;
  return `${carriers} ${rest[0].toUpperCase()}${rest.slice(1)}`;
}

/** @param {number[]} units */
function listed(units) {
  return units.length < 2 ? units.join("") : `${units.slice(0, -1).join(", ")} and ${units[units.length - 1]}`;
}

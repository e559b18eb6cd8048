// @ts-check
// The grid: one small triangle a tile, a link to the explorer each; the arrow keys walk from tile to tile.

import { paintTriangle } from "../plots/colour.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";

/** What the plotting library's grey is for an exact zero. */
const NOTHING = [150, 150, 150];
const STEPS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

export class Grid {
  /** @param {HTMLTableElement} table @param {HTMLElement} notes */
  constructor(table, notes) {
    this.table = table;
    this.notes = notes;
    /** @type {any} the head of the answer that is shown */
    this.head = null;
    /** @type {Map<string, string[]>} reasons with the tiles they stand for */
    this.reasons = new Map();
    table.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Make room for a comparison; what is shown already stays, dimmed, until its successor comes. @param {any} head */
  begin(head) {
    const shape = (/** @type {any} */ of) => JSON.stringify([of?.rows, of?.columns]);
    const kept = shape(head) === shape(this.head);
    this.head = head;
    this.reasons.clear();
    this.notes.replaceChildren();
    if (!kept) this.#lay(head);
    for (const tile of this.table.querySelectorAll(".tile")) tile.classList.add("waiting");
  }

  /** @param {any} tile */
  show(tile) {
    const cell = this.#cell(tile.row, tile.column);
    const old = cell?.firstElementChild;
    if (!cell || !old) return;
    const focused = old === document.activeElement;
    const made = document.createElement(tile.link ? "a" : "div");
    made.className = "tile";
    if (made instanceof HTMLAnchorElement) made.href = tile.link;
    made.append(...(tile.reason ? without(tile) : this.#picture(tile)));
    old.replaceWith(made);
    if (tile.reason) this.#note(tile);
    if (focused) made.focus({ preventScroll: true });
  }

  /** @param {any} tile */
  #picture(tile) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    paintTriangle(canvas, tile.log10_norm, this.head.colorscale, this.head.scale, NOTHING);
    const said = Object.assign(document.createElement("span"), { className: "for-readers", textContent: message("tile", tile) });
    const rate = Object.assign(document.createElement("span"), { className: "rate" });
    rate.setAttribute("aria-hidden", "true");
    typeset(rate, tile.label);
    return [canvas, said, rate];
  }

  /** Say once why there is nothing, and where. @param {any} tile */
  #note(tile) {
    this.reasons.set(tile.reason, [...(this.reasons.get(tile.reason) ?? []), tile.name]);
    const items = [...this.reasons].map(([reason, names]) => {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement("strong"), { textContent: called(names) });
      const words = document.createElement("span");
      typeset(words, reason);
      item.append(name, words);
      return item;
    });
    this.notes.replaceChildren(...items);
  }

  /** @param {any} head */
  #lay({ rows, columns, caption: about }) {
    const { table } = this;
    table.dataset.count = String(columns.labels.length);
    table.replaceChildren();
    const caption = table.createCaption();
    caption.className = "for-readers";
    caption.textContent = about;
    const top = table.createTHead().insertRow();
    top.insertCell().className = "corner";
    for (const label of columns.labels) top.append(heading("col", label));
    const body = table.createTBody();
    for (const label of rows.labels) {
      const line = body.insertRow();
      line.append(heading("row", label));
      columns.labels.forEach(() => line.insertCell().append(blank()));
    }
  }

  /** @param {number} row @param {number} column @returns {Element | undefined} */
  #cell(row, column) {
    return this.table.tBodies[0]?.rows[row]?.cells[column + 1];
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const step = STEPS[event.key];
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement).sectionRowIndex;
    const next = this.#cell(row + step[0], cell.cellIndex - 1 + step[1])?.querySelector("a");
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

/** @param {string[]} names */
function called([first, second, ...more]) {
  if (!second) return `${first}: `;
  return more.length ? message("names_many", { first, count: String(more.length + 1) }) : message("names_two", { first, second });
}

/** @param {"col" | "row"} scope @param {string} label */
function heading(scope, label) {
  const cell = document.createElement("th");
  cell.scope = scope;
  const words = document.createElement("span");
  typeset(words, label);
  cell.append(words);
  return cell;
}

function blank() {
  const tile = Object.assign(document.createElement("div"), { className: "tile" });
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  tile.append(canvas, Object.assign(document.createElement("span"), { className: "rate", textContent: "\u00a0" }));
  return tile;
}

/** @param {any} tile */
function without(tile) {
  const said = Object.assign(document.createElement("span"), { className: "for-readers", textContent: message("tile_missing", tile) });
  const why = Object.assign(document.createElement("span"), { className: "why-not", title: tile.reason });
  why.setAttribute("aria-hidden", "true");
  typeset(why, tile.reason);
  const rate = Object.assign(document.createElement("span"), { className: "rate", textContent: message("no_picture") });
  rate.setAttribute("aria-hidden", "true");
  return [why, said, rate];
}

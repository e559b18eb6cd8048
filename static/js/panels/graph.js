// @ts-check
// The unrolled graph as the server draws it, made to answer: a state is chosen, an edge says its local derivative.

import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{t: number, k: number}} Cell */

export class Graph {
  /**
   * @param {HTMLElement} box holds the drawing
   * @param {HTMLElement} said says what an edge is
   * @param {(step: number) => void} choose called with the step of a state that was chosen
   */
  constructor(box, said, choose) {
    this.box = box;
    this.said = said;
    /** The edge that was reached by the arrow keys. */
    this.at = -1;
    box.addEventListener("click", (event) => this.#press(event, choose));
    box.addEventListener("keydown", (event) => this.#key(event, choose));
    box.addEventListener("pointerover", (event) => this.#tell(edgeOf(event)));
    box.addEventListener("pointerdown", (event) => this.#tell(edgeOf(event)));
  }

  /**
   * @param {string} drawing SVG
   * @param {Cell} cell
   */
  show(drawing, cell) {
    const { box } = this;
    const held = box.contains(document.activeElement) ? /** @type {SVGElement} */ (document.activeElement).dataset.step : undefined;
    // The page has its own style sheet, and its policy bears no other.
    const plain = drawing.replace(/<style>[^<]*<\/style>/, "");
    const root = document.importNode(new DOMParser().parseFromString(plain, "image/svg+xml").documentElement, true);
    for (const node of root.querySelectorAll("[data-step]")) dress(/** @type {SVGElement} */ (node), cell);
    box.replaceChildren(root);
    this.at = -1;
    this.#tell(null);
    if (held) /** @type {SVGElement | null} */ (box.querySelector(`[data-step="${held}"]`))?.focus();
  }

  /** @param {Element | null} edge */
  #tell(edge) {
    if (!edge && this.at >= 0) return;
    for (const other of this.box.querySelectorAll(".edge-told")) other.classList.remove("edge-told");
    edge?.classList.add("edge-told");
    const text = edge?.querySelector("title")?.textContent;
    if (text) typeset(this.said, text);
    else if (!this.said.textContent) this.said.textContent = message("edge_hint");
  }

  /** @param {Event} event @param {(step: number) => void} choose */
  #press(event, choose) {
    const step = stepOf(event);
    if (step) choose(Number(step));
  }

  /** @param {KeyboardEvent} event @param {(step: number) => void} choose */
  #key(event, choose) {
    const step = stepOf(event);
    if (step && (event.key === "Enter" || event.key === " ")) choose(Number(step));
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.#walk(event.key === "ArrowRight" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  /** Go from edge to edge; those of the path come last in the drawing, so it begins with them. @param {number} by */
  #walk(by) {
    const edges = [...this.box.querySelectorAll(".edge-path"), ...this.box.querySelectorAll(".edge:not(.edge-path)")];
    if (edges.length === 0) return;
    this.at = this.at < 0 ? (by > 0 ? 0 : edges.length - 1) : (this.at + by + edges.length) % edges.length;
    this.#tell(edges[this.at]);
    edges[this.at].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** @param {Event} event @returns {Element | null} */
function edgeOf(event) {
  return event.target instanceof Element ? event.target.closest(".edge") : null;
}

/** @param {Event} event @returns {string | undefined} */
function stepOf(event) {
  const node = event.target instanceof Element ? event.target.closest("[data-step]") : null;
  return node instanceof SVGElement ? node.dataset.step : undefined;
}

/** Make a state a button. @param {SVGElement} node @param {Cell} cell */
function dress(node, cell) {
  const step = Number(node.dataset.step);
  const form = step === cell.t ? "node_t" : step === cell.k ? "node_k" : "node";
  const letter = node.querySelector(".symbol")?.firstChild?.textContent ?? "";
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("aria-label", message(form, { letter, step: String(step) }));
}

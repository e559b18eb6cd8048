// @ts-check
// The comparison taken over by scripts: the controls say what is asked for, the grid fills as the server finishes tiles.

import { connectFold } from "../controls/fold.js";
import { connect } from "../controls/form.js";
import { connectRelevance } from "../controls/relevance.js";
import { connectSeriesFile } from "../controls/series.js";
import { Problem } from "../net/api.js";
import { paintLegend } from "../plots/colour.js";
import { connectCopies } from "../share/copy.js";
import { asSchema } from "../state/query.js";
import { captionLine } from "../text/caption.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";
import { connectPrint } from "../theme/print.js";
import { connectChips } from "./chips.js";
import { Curves } from "./curves.js";
import { clearFaults, showFaults } from "./faults.js";
import { Filling } from "./progress.js";
import { GridState, readable } from "./grid-state.js";
import { Grid } from "./grid.js";
import { follow } from "./stream.js";
import { Table } from "./table.js";

/** Curves and table follow the tiles at this pace. */
const PACE_MS = 250;

const initial = JSON.parse(document.getElementById("initial")?.textContent ?? "{}");
const form = /** @type {HTMLFormElement} */ (document.getElementById("controls"));
const state = new GridState(initial.values, asSchema(initial.schema));
const grid = new Grid(/** @type {HTMLTableElement} */ (document.getElementById("grid")), /** @type {HTMLElement} */ (document.getElementById("notes")));
const table = new Table(/** @type {HTMLTableElement} */ (document.getElementById("numbers")));
const curves = new Curves(/** @type {HTMLElement} */ (document.getElementById("curves")));
const filling = new Filling(/** @type {HTMLElement} */ (document.getElementById("filling")), () => control.abort(), () => void fill());
let control = new AbortController();

/** Ask for everything that is set now, and stop what was asked for before. */
async function fill() {
  control.abort();
  const own = (control = new AbortController());
  /** @type {any} */
  let head = null;
  /** @type {any[]} */
  const tiles = [];
  let painted = 0;
  const paint = () => {
    painted = performance.now();
    table.show(tiles);
    void curves.show(tiles, head);
  };
  filling.begin();
  try {
    await follow(state.params(), own.signal, (name, data) => {
      if (own.signal.aborted) return;
      if (name === "begun") {
        head = data;
        begin(head);
      } else if (name === "tile") {
        grid.show(data);
        tiles.push(data);
        filling.show(data.done, data.total);
        if (tiles.length === 1) performance.measure("unrolled:first-tile", { start: filling.since });
        if (performance.now() - painted > PACE_MS) paint();
      } else {
        typeset(/** @type {Element} */ (document.getElementById("verdict")), data.sentence);
      }
    });
    paint();
    filling.end();
    performance.measure("unrolled:compare", { start: filling.since });
  } catch (error) {
    if (control !== own) return;
    if (own.signal.aborted) {
      if (head) paint();
      filling.halt(tiles.length, head ? head.total : 0);
      return;
    }
    filling.end();
    if (!(error instanceof Problem)) throw error;
    showFaults(error, form, () => void fill());
  }
}

/** What is known before the first tile. @param {any} head */
function begin(head) {
  clearFaults(form);
  document.querySelector(".instruments.empty")?.classList.remove("empty");
  state.learn(head);
  grid.begin(head);
  paintLegend(/** @type {HTMLElement} */ (document.getElementById("scale")), head.colorscale, head.scale);
  typeset(/** @type {Element} */ (document.getElementById("note")), head.note);
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-link]"))) link.href = head.links[link.dataset.link ?? "self"];
  document.querySelector('link[rel="alternate"][type="application/json"]')?.setAttribute("href", head.links.self);
  const share = document.getElementById("share-link");
  if (share) share.textContent = `${location.origin}${readable(head.links.page)}`;
  document.title = message("compare_title", { title: head.title });
  const line = document.getElementById("setting");
  if (line) line.textContent = message("in_common", { setting: captionLine(head.setting) });
}

/** A field that runs along an axis has no value of its own to choose. */
function hideRunning() {
  const { running } = state;
  for (const field of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-field]"))) {
    if (running.includes(field.dataset.field ?? "")) field.classList.add("needless");
    else if (!field.dataset.models && field.dataset.stacked === undefined) field.classList.remove("needless");
  }
  for (const group of form.querySelectorAll(".group")) group.classList.toggle("needless", !group.querySelector(".field:not(.needless), .field[data-wrong]"));
}

connect(form, state);
connectSeriesFile(form, state);
connectRelevance(state);
state.onChange(hideRunning);
connectChips(form, state, initial.most);
connectFold();
connectPrint();
connectCopies();
state.onChange(({ told }) => {
  if (!told) void fill();
});
addEventListener("pagehide", () => control.abort());
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) void fill();
});
if (initial.problem) showFaults(new Problem(initial.problem.title, initial.problem.detail, initial.problem.errors), form, () => void fill());
else {
  hideRunning();
  void fill();
}

// @ts-check
// How each panel below the main picture is painted; most show the figure of the server as it is.

import { ask, askText } from "../net/api.js";
import { factors, singularValues } from "../plots/jacobian.js";
import { Plot } from "../plots/plot.js";
import { Beside } from "../plots/subplots.js";
import { chosenOf } from "../state/selection.js";
import { typeset } from "../text/typeset.js";
import { Diagnosis } from "./diagnosis.js";
import { describeFactor } from "./factor.js";
import { Graph } from "./graph.js";
import { fillPaths } from "./paths.js";
import { Strip } from "./small-multiples.js";

/** @typedef {import("./panels.js").Painter} Painter */
/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {import("../picture/picture.js").Picture} Picture */

/**
 * @param {Settings} settings
 * @param {Picture} picture has the colour map, and says what stands in the chosen cell
 * @returns {Record<string, Painter>} one an instrument of the page
 */
export function painters(settings, picture) {
  return {
    figure: noted,
    strip: strip(settings, picture),
    graph: graph(settings, picture),
    diagnosis: diagnosis(settings, picture),
    paths,
    jacobian: inside(settings, picture),
  };
}

/** A figure, and the notes that go with it. @type {Painter} */
async function noted(query, signal, panel) {
  const answer = await figure(query, signal, panel);
  const notes = panel.section.querySelector(".notes");
  notes?.replaceChildren(...(answer?.layout.meta?.notes ?? []).map((/** @type {string} */ note) => {
    const line = document.createElement("li");
    typeset(line, note);
    return line;
  }));
}

/**
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @param {import("./panel.js").Panel} panel
 * @returns {Promise<any>} the figure, once it is painted
 */
async function figure(query, signal, panel) {
  const answer = await ask(`${panel.view}/figure`, query, signal);
  const place = panel.section.querySelector("[data-plot]");
  if (!(place instanceof HTMLElement)) return;
  panel.plot ??= new (isBeside(answer) ? Beside : Plot)(place);
  await panel.plot.paint(answer);
  panel.read(answer.layout.meta?.sentence ?? "");
  return answer;
}

/** Whether a figure is of two plots beside each other. @param {import("../plots/plot.js").Figure} figure */
function isBeside({ layout: { xaxis, xaxis2, xaxis3 } }) {
  return xaxis2 !== undefined && xaxis3 === undefined && xaxis?.domain?.[1] < 1;
}

/** Curves as the server draws them, and above them a table out of the same answer. @type {Painter} */
async function paths(query, signal, panel) {
  const answer = await figure(query, signal, panel);
  if (answer) fillPaths(panel.section, answer.layout.meta);
}

/** The matrix as the server draws it, beside it two smaller plots of the same answer. @param {Settings} settings @param {Picture} picture @returns {Painter} */
function inside(settings, picture) {
  return async (query, signal, panel) => {
    const key = panel.key(settings);
    const [drawn, answer] = await Promise.all([ask(`${panel.view}/figure`, query, signal), ask(panel.view, query, signal)]);
    const places = ["[data-plot]", "#singular", "#steps"].map((name) => panel.section.querySelector(name));
    panel.plot ??= places.map((place) => new Plot(/** @type {HTMLElement} */ (place)));
    const [matrix, values, steps] = panel.plot;
    await matrix.paint(drawn);
    await values.paint(() => singularValues(answer));
    await steps.paint(() => factors(answer));
    panel.read(answer.sentence);
    // A step between two samples is not in the picture; where there is no graph to bring its size, this panel does.
    picture.chooser?.learn(answer.log10_norm, () => panel.key(settings) === key);
  };
}

/** @param {Settings} settings @param {Picture} picture @returns {Painter} */
function graph(settings, picture) {
  /** @param {number} step */
  const choose = (step) => {
    const cell = chosenOf(settings.values);
    if (!picture.isCurrent) return;
    if (step <= cell.t) settings.set({ t: String(cell.t), k: String(step) }, { quiet: true });
    else settings.set({ t: String(step), k: String(cell.k) }, { quiet: true });
  };
  return async (query, signal, panel) => {
    const key = panel.key(settings);
    const [drawing, inside] = await Promise.all([askText(`${panel.view}.svg`, query, signal), ask("jacobian", query, signal)]);
    const [box, said, factor] = [".graph-box", ".edge-said", ".factor"].map((name) => /** @type {HTMLElement | null} */ (panel.section.querySelector(name)));
    if (!box || !said) return;
    panel.plot ??= new Graph(box, said, choose);
    panel.plot.show(drawing, chosenOf(settings.values));
    // A step between two samples of a long sequence is not in the picture; its size comes with the Jacobian.
    picture.chooser?.learn(inside.log10_norm, () => panel.key(settings) === key);
    if (factor) {
      // Where nothing is carried from step to step there is no factor to tell.
      factor.hidden = !box.querySelector(".node-state");
      describeFactor(factor, inside.factor);
    }
    panel.read(box.querySelector("desc")?.textContent ?? "");
  };
}

/** @param {Settings} settings @param {Picture} picture @returns {Painter} */
function diagnosis(settings, picture) {
  /** @type {Diagnosis | null} */
  let findings = null;
  return async (query, signal, panel) => {
    const answer = await figure(query, signal, panel);
    if (!answer) return;
    findings ??= new Diagnosis(panel.section, settings);
    findings.draw(answer.layout.meta, coloursOf(picture));
  };
}

/** The colour map and the ends of the one scale. @param {Picture} picture */
function coloursOf(picture) {
  const map = picture.figure?.data[0];
  return { scale: map?.colorscale ?? [[0, "#808080"], [1, "#808080"]], range: /** @type {[number, number]} */ ([map?.zmin ?? -6, map?.zmax ?? 6]) };
}

/** @param {Settings} settings @param {Picture} picture @returns {Painter} */
function strip(settings, picture) {
  return async (query, signal, panel) => {
    const answer = await ask(panel.view, query, signal);
    const list = panel.section.querySelector("[data-strip]");
    if (!(list instanceof HTMLElement)) return;
    panel.plot ??= new Strip(list, settings);
    const { scale, range } = coloursOf(picture);
    panel.plot.draw(answer.panels, scale, range, [150, 150, 150]);
    panel.read(answer.sentence ?? "");
  };
}

// @ts-check
// The main picture: the newest request is served; how things stand with it decides what else may follow.

import { clearProblem, showProblem } from "../controls/faults.js";
import { Problem, ask } from "../net/api.js";
import { latest } from "../net/latest.js";
import { follow } from "../net/progress.js";
import { paintLegend } from "../plots/colour.js";
import { Triangle } from "../plots/triangle.js";
import { chosenOf } from "../state/selection.js";
import { message } from "../text/messages.js";
import { Chooser } from "./cell.js";
import { describe } from "./headline.js";
import { ProgressCard } from "./progress-card.js";
import { Zoom } from "./zoom.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {"nothing" | "computing" | "drawn" | "stopped" | "refused"} Standing */

const BROKEN = new Problem(message("picture_title"), message("picture_fault"));

export class Picture {
  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    /** @type {Standing} */
    this.standing = "nothing";
    /** What is drawn, or would be if there were a place for it: it has the colour map. @type {import("../plots/plot.js").Figure | null} */
    this.figure = null;
    const place = document.getElementById("triangle");
    this.triangle = place ? new Triangle(place) : null;
    this.chooser = this.triangle ? new Chooser(this.triangle, settings, this) : null;
    this.zoom = this.triangle ? new Zoom(this.triangle, settings, this) : null;
    this.card = new ProgressCard(document.querySelector("#triangle-frame .progress"), () => this.#stop(), () => this.repaint());
    this.ask = latest((/** @type {number} */ since, signal) => this.#paint(since, signal));
    /** Called with the milliseconds it was waited for, each time the picture has followed the settings. @type {(waited: number) => void} */
    this.onDrawn = () => {};
  }

  /** Whether what is drawn is what is set: only then can a cell of it be chosen. */
  get isCurrent() {
    return this.standing === "drawn";
  }

  /** @param {number} [since] when the wish arose */
  repaint(since = performance.now()) {
    this.standing = "computing";
    this.ask(since);
  }

  /**
   * Follow the settings.
   * @param {import("../state/settings.js").Change} change
   * @returns {boolean} whether the picture is there already, and only the chosen cell moved in it
   */
  follow({ cell, since }) {
    const { standing } = this;
    if (cell && standing === "drawn") this.chooser?.follow();
    // The picture that is on its way, or was stopped, is that of every cell.
    else if (!cell || standing === "refused" || standing === "nothing") this.repaint(since);
    return this.isCurrent;
  }

  /** A page that is left asks for nothing more. */
  leave() {
    this.ask.stop();
  }

  /** Go on where the page was kept for the way back. @returns {boolean} whether the picture is there */
  comeBack() {
    if (this.standing === "computing") this.repaint();
    return this.isCurrent;
  }

  #stop() {
    this.ask.stop();
    this.standing = "stopped";
    this.card.halt(message("stopped_stale"));
  }

  /** The one request that stands between a moved control and the repainted picture. @param {number} since @param {AbortSignal} signal */
  async #paint(since, signal) {
    const query = this.settings.params();
    const key = this.#key();
    const done = follow("influence", query, signal, (report) => this.#wait(report));
    try {
      const asked = performance.now();
      const figure = await ask("influence/figure", query, signal);
      const waited = performance.now() - asked;
      await this.#show(figure, key, since);
      if (this.isCurrent) this.onDrawn(waited);
    } catch (error) {
      // What went wrong with a wish that was given up, or that a newer one is about to replace, is nobody's concern.
      if (signal.aborted || this.#isOld(key)) throw error;
      if (!(error instanceof Problem)) reportError(error);
      this.#refuse(error instanceof Problem ? error : BROKEN);
    } finally {
      done();
    }
  }

  /** What is on its way was not refused: a former refusal must not stand beside it. @param {import("../net/progress.js").Report} report */
  #wait(report) {
    clear();
    this.card.show(report);
  }

  /** @param {string} key whether it is another picture that is set by now */
  #isOld(key) {
    return this.#key() !== key;
  }

  /** What the picture depends on. */
  #key() {
    return `${withoutCell(this.settings.params())} ${this.settings.heard}`;
  }

  /** @param {import("../plots/plot.js").Figure} figure @param {string} key @param {number} since */
  async #show(figure, key, since) {
    this.card.hide();
    clear();
    this.figure = figure;
    describe(figure.layout.meta, this.settings);
    await this.triangle?.show(figure, chosenOf(this.settings.values));
    this.chooser?.attach();
    this.zoom?.attach();
    legend(figure);
    requestAnimationFrame(() => setTimeout(() => {
      performance.measure("unrolled:repaint", { start: since, end: performance.now() });
    }));
    if (this.#isOld(key)) return;
    this.standing = "drawn";
    this.chooser?.tell();
  }

  /** @param {Problem} problem */
  #refuse(problem) {
    this.card.hide();
    this.standing = "refused";
    showProblem(problem, this.settings, () => this.repaint());
  }
}

/** Nothing is wrong, and there is, or will be, a picture. */
function clear() {
  clearProblem();
  document.getElementById("instruments")?.classList.remove("empty");
}

/** @param {URLSearchParams} query @returns {string} what of it a picture depends on */
function withoutCell(query) {
  const rest = new URLSearchParams(query);
  rest.delete("t");
  rest.delete("k");
  return rest.toString();
}

/** @param {import("../plots/plot.js").Figure} figure */
function legend(figure) {
  const [map] = figure.data;
  const box = document.getElementById("scale");
  if (box) paintLegend(box, map.colorscale ?? figure.layout.coloraxis.colorscale, [map.zmin ?? -6, map.zmax ?? 6]);
}

// @ts-check
// The panels below the main picture: each is asked for when it is near the window and one of its fields has changed.

import { Problem } from "./api.js";
import { follow } from "./progress.js";
import { fillTable } from "./tables.js";
import { typeset } from "./words.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {(query: URLSearchParams, signal: AbortSignal, panel: Panel) => Promise<void>} Painter */

/** Let a gesture come to rest before the smaller pictures follow. */
const REST_MS = 90;
/** So many panels are asked for at once. */
const LANES = 2;

export class Panel {
  /** @param {HTMLElement} section with data-view and data-fields */
  constructor(section) {
    this.section = section;
    this.view = section.dataset.view ?? "";
    this.fields = (section.dataset.fields ?? "").split(" ");
    this.drawn = "";
    this.near = false;
    /** @type {AbortSignal | null} of the request that is under way */
    this.painting = null;
    /** @type {any} the drawing of this panel, if it has one */
    this.plot = null;
    this.twin = /** @type {HTMLDetailsElement | null} */ (section.querySelector("[data-twin]"));
    this.tabled = "";
  }

  /** @param {Settings} settings */
  key(settings) {
    return this.fields.map((name) => settings.values[name] ?? "").join("\u0000");
  }

  /** @param {string} text one sentence: what the picture says now */
  read(text) {
    const line = this.section.querySelector("[data-reading]");
    if (line && text) typeset(line, text);
    line?.classList.remove("panel-fault");
  }

  /** @param {Problem} problem */
  fail(problem) {
    const line = this.section.querySelector("[data-reading]");
    if (line) line.textContent = problem.message;
    line?.classList.add("panel-fault");
  }

  /** Show how far a long computation is, under what the picture says. @param {number | null} done null when there is none */
  progress(done) {
    this.section.classList.toggle("computing", done !== null);
    if (done !== null) this.section.style.setProperty("--done", String(done));
  }

  /** Fill the table twin if it is open and older than the picture. @param {Settings} settings */
  async table(settings) {
    const key = this.key(settings);
    if (!this.twin?.open || this.tabled === key) return;
    this.tabled = key;
    const box = this.twin.querySelector(".table-box");
    if (box) await fillTable(box, this.view, settings.params());
  }
}

export class Panels {
  /**
   * @param {Settings} settings
   * @param {Record<string, Painter>} painters by the name of the view
   */
  constructor(settings, painters) {
    this.settings = settings;
    this.painters = painters;
    this.timer = 0;
    /** While the main picture cannot be drawn, neither can the rest. */
    this.paused = true;
    this.control = new AbortController();
    /** The query that is being asked about. */
    this.asked = "";
    /** @type {Panel[]} */
    this.queue = [];
    this.lanes = 0;
    /** @type {Panel[]} */
    this.all = [...document.querySelectorAll("[data-view]")].map((section) => new Panel(/** @type {HTMLElement} */ (section)));
    const watch = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: "400px" });
    for (const panel of this.all) {
      watch.observe(panel.section);
      panel.twin?.addEventListener("toggle", () => void panel.table(settings));
    }
    addEventListener("beforeprint", () => this.#print());
  }

  /** @param {string} view */
  named(view) {
    return this.all.find((panel) => panel.view === view);
  }

  /** Follow the settings, once they rest. */
  refresh() {
    this.paused = false;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#draw(), REST_MS);
    this.#link();
  }

  /** Stop what is under way until the main picture has followed the settings. */
  interrupt() {
    this.paused = true;
    clearTimeout(this.timer);
    this.control.abort();
  }

  /** Ask for what is not drawn as it is set; what is under way for the same query goes on. @param {Panel[]} [panels] */
  #draw(panels = this.all.filter((each) => each.near)) {
    const query = this.settings.params();
    if (this.asked !== query.toString() || this.control.signal.aborted) {
      this.control.abort();
      this.control = new AbortController();
      this.asked = query.toString();
      this.lanes = 0;
    }
    const { signal } = this.control;
    this.queue = panels.filter((panel) => !panel.section.classList.contains("needless") && panel.painting !== signal);
    // One long computation does not hold up the rest.
    while (this.lanes < Math.min(LANES, this.queue.length)) {
      this.lanes += 1;
      void this.#serve(query, signal);
    }
  }

  /** @param {URLSearchParams} query @param {AbortSignal} signal */
  async #serve(query, signal) {
    for (let panel = this.queue.shift(); panel; panel = signal.aborted ? undefined : this.queue.shift()) await this.#paint(panel, query, signal);
    if (!signal.aborted) this.lanes -= 1;
  }

  /** @param {Panel} panel @param {URLSearchParams} query @param {AbortSignal} signal */
  async #paint(panel, query, signal) {
    void panel.table(this.settings);
    const key = panel.key(this.settings);
    const paint = this.painters[panel.view];
    if (!paint || panel.drawn === key) return;
    panel.painting = signal;
    const done = follow(panel.view, query, signal, (report) => panel.progress(report.done));
    try {
      await paint(query, signal, panel);
      panel.drawn = key;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      panel.fail(error);
    } finally {
      done();
      panel.progress(null);
      if (panel.painting === signal) panel.painting = null;
    }
  }

  /** Paper has no window to be near: every panel is drawn. */
  #print() {
    if (this.paused) return;
    clearTimeout(this.timer);
    this.#draw(this.all);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #see(entries) {
    let arrived = false;
    for (const { target, isIntersecting } of entries) {
      const panel = this.all.find((each) => each.section === target);
      if (!panel) continue;
      arrived ||= isIntersecting && !panel.near;
      panel.near = isIntersecting;
    }
    if (arrived && !this.paused) this.refresh();
  }

  #link() {
    const query = this.settings.params();
    for (const { section, view } of this.all) {
      for (const link of section.querySelectorAll("[data-link]")) {
        const { link: kind } = /** @type {HTMLElement} */ (link).dataset;
        link.setAttribute("href", `/api/v1/${view}${kind === "json" ? "" : `.${kind}`}?${query}`);
      }
    }
  }
}

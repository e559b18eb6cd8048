// @ts-check
// The panels below the main picture: each is asked for when it is near the window and one of its fields has changed; the rest when nothing else is to do.

import { follow } from "../net/progress.js";
import { Panel, STOPPED } from "./panel.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {(query: URLSearchParams, signal: AbortSignal, panel: Panel) => Promise<void>} Painter */

/** Let a gesture come to rest before the smaller pictures follow. */
const REST_MS = 90;
/** So many panels are asked for at once. */
const LANES = 2;
/** What nobody looks at yet is drawn after this long without a change, so that paper and a picture of the whole page have it. */
const IDLE_MS = 300;
/** The same once a control has been moved: it may be moved again, and what is looked at needs the time. */
const LATER_MS = 2000;
/** A server must not be kept busy for nobody: not after a main picture that took longer than this, and not for longer than that. */
const QUICK_MS = 1000;
const SWEEP_MS = 6000;

export class Panels {
  /**
   * @param {Settings} settings
   * @param {Record<string, Painter>} painters by the name of the instrument
   */
  constructor(settings, painters) {
    this.settings = settings;
    this.painters = painters;
    this.rest = 0;
    this.idle = 0;
    this.still = 0;
    /** While the main picture cannot be drawn, neither can the rest. */
    this.paused = true;
    this.quick = false;
    this.control = new AbortController();
    /** The query that is being asked about. */
    this.asked = "";
    /** Whether the panels out of sight were asked for too. */
    this.swept = false;
    this.patience = IDLE_MS;
    /** @type {Panel[]} */
    this.queue = [];
    this.lanes = 0;
    /** @type {Panel[]} */
    this.all = [...document.querySelectorAll("[data-view]")].map((section) => new Panel(/** @type {HTMLElement} */ (section), () => this.#again()));
    const watch = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: "400px" });
    for (const panel of this.all) {
      watch.observe(panel.section);
      panel.twin?.addEventListener("toggle", () => void panel.table(settings));
    }
    addEventListener("beforeprint", () => this.#print());
  }

  /** @param {Element} section */
  at(section) {
    return this.all.find((panel) => panel.section === section);
  }

  /** Follow the settings, once they rest. @param {number} [took] milliseconds that the main picture was waited for, where it was drawn anew */
  refresh(took) {
    this.paused = false;
    if (took !== undefined) this.quick = took < QUICK_MS;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.#draw(this.all.filter((panel) => panel.near)), REST_MS);
    this.#link();
  }

  /** Stop what is under way until the main picture has followed the settings. */
  interrupt() {
    this.paused = true;
    clearTimeout(this.rest);
    clearTimeout(this.idle);
    clearTimeout(this.still);
    moving(true);
    this.still = window.setTimeout(() => moving(false), LATER_MS);
    this.patience = LATER_MS;
    this.control.abort();
  }

  #again() {
    if (!this.paused) this.refresh();
  }

  /** Ask for what is not drawn as it is set; what is under way for the same query goes on. @param {Panel[]} panels */
  #draw(panels) {
    const query = this.settings.params();
    const asked = `${query} ${this.settings.heard}`;
    if (this.asked !== asked || this.control.signal.aborted) {
      this.control.abort();
      this.control = new AbortController();
      this.asked = asked;
      this.swept = false;
      this.lanes = 0;
    }
    const { signal } = this.control;
    this.queue = panels.filter((panel) => !panel.isNeedless);
    // One long computation does not hold up the rest.
    while (this.lanes < LANES && this.queue.length > 0) {
      this.lanes += 1;
      void this.#serve(query, signal);
    }
  }

  /** @param {URLSearchParams} query @param {AbortSignal} signal */
  async #serve(query, signal) {
    for (let panel = this.queue.shift(); panel; panel = signal.aborted ? undefined : this.queue.shift()) await this.#paint(panel, query, signal);
    if (signal.aborted) return;
    this.lanes -= 1;
    if (this.lanes > 0 || !this.quick || isSaving()) return;
    clearTimeout(this.idle);
    this.idle = window.setTimeout(() => this.#sweep(signal), this.patience);
  }

  /** Draw the rest too, one after the other, once for each query; what is left after a while waits until somebody looks. @param {AbortSignal} signal */
  async #sweep(signal) {
    if (this.swept) return;
    this.swept = true;
    const query = this.settings.params();
    const rest = this.all.filter((panel) => !panel.isNeedless);
    let panel = rest.shift();
    const over = setTimeout(() => {
      rest.length = 0;
      if (!panel?.near) panel?.leave();
    }, SWEEP_MS);
    for (; panel && !signal.aborted; panel = rest.shift()) await this.#paint(panel, query, signal);
    clearTimeout(over);
  }

  /** @param {Panel} panel @param {URLSearchParams} query @param {AbortSignal} signal */
  async #paint(panel, query, signal) {
    void panel.table(this.settings);
    const key = panel.key(this.settings);
    const paint = this.painters[panel.instrument];
    if (!paint || panel.isDone(key) || panel.painting === signal) return;
    const own = panel.begin(signal);
    const either = AbortSignal.any([signal, own]);
    const done = follow(panel.view, query, either, (report) => panel.card.show(report));
    try {
      await paint(query, either, panel);
      panel.finish(key);
    } catch (error) {
      if (signal.aborted) return;
      if (!own.aborted) panel.fail(error, key);
      else if (own.reason === STOPPED) panel.halt(key);
    } finally {
      done();
      panel.end(own);
    }
  }

  /** Paper has no window to be near: every panel is asked for, though paper does not wait for what is not there yet. */
  #print() {
    moving(false);
    if (!this.paused) this.#draw(this.all);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #see(entries) {
    let arrived = false;
    for (const { target, isIntersecting } of entries) {
      const panel = this.at(target);
      if (!panel) continue;
      arrived ||= isIntersecting && !panel.near;
      panel.near = isIntersecting;
      panel.section.classList.toggle("far", !isIntersecting);
    }
    if (arrived) this.#again();
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

/** Whether the reader's browser is to save data: then what nobody looks at is not asked for. */
function isSaving() {
  return /** @type {any} */ (navigator).connection?.saveData === true;
}

/** Say to the style sheet whether what is out of sight may be left aside. @param {boolean} is */
function moving(is) {
  document.documentElement.classList.toggle("moving", is);
}

// @ts-check
// What is set now, who wants to know, and the address that says the same.

import { params, read, same } from "./query.js";
import { reconciled } from "./reconcile.js";

/** @typedef {import("./query.js").Values} Values */
/** @typedef {{cell: boolean, told: boolean, since: number}} Change cell: only the chosen cell moved; told: by the server, not by the reader; since: when, by performance.now() */

/** Names that belong to the page, not to the query: they stay in the address. */
const OF_THE_PAGE = ["embed", "hide"];

/** The values of a page's controls. A page that asks about more than one query says in a subclass how it reads and writes its address. */
export class Settings {
  /**
   * @param {Values} values
   * @param {import("./query.js").Schema} schema
   * @param {Values | null} [own] of a page that was refused: what was right of the page's own part of the address
   */
  constructor(values, schema, own = null) {
    this.values = { ...values };
    this.schema = schema;
    this.defaults = schema.defaults;
    this.states = schema.states;
    this.own = own;
    /** The query of the picture that the server wrote the page for; a page that was refused has none. */
    this.served = own === null ? this.params().toString() : "";
    /** @type {Set<(change: Change) => void>} */
    this.listeners = new Set();
    /** The fields of the gesture under way. */
    this.dragging = "";
    /** Names the recording that goes along with questions about a sound; empty without one. */
    this.recording = "";
    addEventListener("popstate", () => {
      this.dragging = "";
      this.take(this.read());
    });
  }

  /** @param {(change: Change) => void} listener */
  onChange(listener) {
    this.listeners.add(listener);
  }

  /** @returns {URLSearchParams} the query of the API for what is set now */
  params() {
    return params(this.values, this.schema);
  }

  /** What else than the query a picture shows: the name of the recording that is heard, or nothing. */
  get heard() {
    return this.values.input === "sound" ? this.recording : "";
  }

  /**
   * Hear another recording.
   * @param {string} recording names it; empty for the bundled one
   * @param {Values} patch what changes with it
   */
  hear(recording, patch) {
    this.recording = recording;
    this.dragging = "";
    this.take(this.agreeing(patch), { heard: true });
    this.#write(this.own !== null || `${location.pathname}${location.search}` === this.address());
  }

  /**
   * Change some fields. A gesture (dragging, typing) makes one entry in the history, however many values it passes.
   * @param {Values} patch
   * @param {{gesture?: boolean, quiet?: boolean}} [how] gesture: more may follow; quiet: replace the entry (the chosen cell)
   */
  set(patch, { gesture = false, quiet = false } = {}) {
    const moved = this.take(this.agreeing(patch));
    const fields = Object.keys(patch).join(" ");
    // The address of a refused page leads nowhere: the first change takes its place.
    if (moved) this.#write(quiet || this.dragging === fields || this.own !== null);
    this.dragging = gesture ? fields : "";
  }

  /** End a gesture: the next change is an entry of its own. */
  settle() {
    this.dragging = "";
  }

  /** Read the address. @returns {Values} */
  read() {
    return read(location.search, this.schema);
  }

  /** What is set after a change: what it made meaningless is let go of. @param {Values} patch @returns {Values} */
  agreeing(patch) {
    return reconciled({ ...this.values, ...patch }, patch, this.schema, this.values.model);
  }

  /** What stands in the address bar for what is set now. */
  address() {
    const given = this.params();
    const old = new URLSearchParams(this.own ?? location.search);
    for (const name of OF_THE_PAGE) {
      const value = old.get(name);
      if (value !== null) given.set(name, value);
    }
    return `${location.pathname}?${given}`;
  }

  /**
   * @param {Values} values
   * @param {{heard?: boolean, told?: boolean}} [how] heard: another recording is heard, whatever the values are; told: by the server
   * @returns {boolean} whether anything changed
   */
  take(values, { heard = false, told = false } = {}) {
    const changed = Object.keys(values).filter((name) => !same(name, values[name], this.values[name] ?? "", this.schema));
    this.values = values;
    if (changed.length === 0 && !heard && !told) return false;
    const cell = !heard && changed.every((name) => name === "t" || name === "k");
    const change = { cell, told, since: performance.now() };
    for (const listener of this.listeners) listener(change);
    return true;
  }

  /** @param {boolean} replace */
  #write(replace) {
    const address = this.address();
    this.own = null;
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }
}

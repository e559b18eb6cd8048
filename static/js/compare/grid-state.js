// @ts-check
// What is to be compared now, who wants to know, and the address that says the same: the fields of the query and those of the grid.

import { fitted } from "../state/reconcile.js";
import { DIRECT, asValues, params, read, same } from "../state/query.js";

/** @typedef {import("../state/query.js").Values} Values */
/** @typedef {import("../state/reconcile.js").States} States */

/** The two axes, each with the field that holds its values. @type {Record<string, string>} */
export const AXES = { rows: "row_values", columns: "column_values" };
const OWN = ["rows", "row_values", "columns", "column_values", "seeds"];
const SIGHT = ["t", "k", "from", "until", "since", "to"];

export class Wishes {
  /**
   * @param {Values} values what stands in the form; the fields of the axes have no value of their own
   * @param {Record<string, unknown>} defaults of the query
   * @param {States} states
   */
  constructor(values, defaults, states) {
    this.usual = asValues(defaults);
    this.states = states;
    /** Every field with a control. @type {Values} */
    this.defaults = { ...this.usual, rows: "", row_values: "", columns: "", column_values: "", seeds: "1" };
    this.values = this.#whole(values);
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {Set<() => void>} */
    this.wishing = new Set();
    this.dragging = "";
    addEventListener("popstate", () => {
      this.dragging = "";
      this.#take(this.#read());
    });
  }

  /** @param {() => void} listener called after every change, also of what the server filled in */
  onChange(listener) {
    this.listeners.add(listener);
  }

  /** @param {() => void} listener called after every change that asks for other tiles */
  onWish(listener) {
    this.wishing.add(listener);
  }

  /** @returns {URLSearchParams} the query of the page and of the API */
  params() {
    const common = { ...this.values };
    for (const name of [...this.running, ...SIGHT]) delete common[name];
    const given = params(common, this.usual, this.states);
    for (const name of Object.keys(DIRECT)) {
      if (this.running.includes(name)) continue;
      const usual = this.#shares(this.values) ? DIRECT[name] : this.usual[name];
      if (this.#runs("model") && common[name] === usual) given.delete(name);
      else if (this.#runs("model")) given.set(name, common[name]);
    }
    for (const [axis, list] of Object.entries(AXES)) {
      given.set(axis, this.values[axis]);
      if (this.values[axis] && this.values[list]) given.set(list, this.values[list]);
    }
    if (this.values.seeds !== "1") given.set("seeds", this.values.seeds);
    return given;
  }

  /** The fields that run along an axis. */
  get running() {
    return Object.keys(AXES).map((axis) => this.values[axis]).filter(Boolean);
  }

  /**
   * Change some fields; a gesture makes one entry in the history, however many values it passes.
   * @param {Values} patch
   * @param {{gesture?: boolean}} [how]
   */
  set(patch, { gesture = false } = {}) {
    const values = this.#agreeing({ ...this.values, ...patch }, patch);
    const fields = Object.keys(patch).join(" ");
    if (this.#take(values)) {
      const address = `${location.pathname}?${readable(this.params())}`;
      if (this.dragging === fields) history.replaceState(null, "", address);
      else history.pushState(null, "", address);
    }
    this.dragging = gesture ? fields : "";
  }

  /** End a gesture. */
  settle() {
    this.dragging = "";
  }

  /** Learn what the server made of it: proposed values, and what is looked at. @param {any} begun the head of an answer */
  learn(begun) {
    const told = asValues(begun.query);
    for (const axis of Object.keys(AXES)) Object.assign(told, { [axis]: begun[axis].field ?? "", [AXES[axis]]: begun[axis].written });
    this.values = this.#whole({ ...this.values, ...told, seeds: String(begun.seeds) });
    for (const listener of this.listeners) listener();
  }

  /** @param {string} field */
  #runs(field) {
    return this.running.includes(field);
  }

  /** Whether models without a state take part. @param {Values} values */
  #shares(values) {
    const axis = Object.keys(AXES).find((name) => values[name] === "model");
    const models = axis ? values[AXES[axis]].split(",").map((name) => name.trim()) : [values.model];
    return models.some((model) => this.states[model]?.length === 0);
  }

  /** Let go of what a change made meaningless. @param {Values} values @param {Values} patch @returns {Values} */
  #agreeing(values, patch) {
    const made = { ...values };
    for (const [axis, list] of Object.entries(AXES)) {
      // Another field has other values: the server proposes some.
      if (axis in patch && !(list in patch) && patch[axis] !== this.values[axis]) made[list] = "";
    }
    for (const field of Object.keys(this.usual)) {
      const runs = Object.keys(AXES).some((axis) => made[axis] === field);
      if (!runs && this.#runs(field)) made[field] = this.usual[field];
    }
    const [was, is] = [this.#shares(this.values), this.#shares(made)];
    const kinds = Object.keys(AXES).some((axis) => made[axis] === "model");
    if (kinds && was !== is) {
      const [from, to] = was ? [DIRECT, this.usual] : [this.usual, DIRECT];
      for (const name of Object.keys(DIRECT)) if (made[name] === from[name] && !(name in patch)) made[name] = to[name];
    }
    const fit = kinds ? made : fitted(made, patch, this.states, this.values.model);
    return this.#whole(fit);
  }

  /** A field that runs has no value of its own. @param {Values} values @returns {Values} */
  #whole(values) {
    const made = { ...this.defaults, ...values };
    for (const axis of Object.keys(AXES)) if (made[axis]) made[made[axis]] = "";
    return made;
  }

  /** Read the address; the one that the page began with may leave the axes to the server. @returns {Values} */
  #read() {
    const given = new URLSearchParams(location.search);
    const values = read(location.search, this.usual, this.states);
    for (const name of OWN) values[name] = given.get(name) ?? this.defaults[name];
    if (!given.has("rows")) values.rows = "activation";
    if (!given.has("columns")) values.columns = "length";
    if (this.#shares(values)) for (const name of Object.keys(DIRECT)) if (!given.has(name)) values[name] = DIRECT[name];
    return this.#whole(values);
  }

  /** @param {Values} values @returns {boolean} whether anything changed */
  #take(values) {
    const changed = Object.keys(values).some((name) => !same(name, values[name], this.values[name] ?? ""));
    this.values = values;
    if (changed) for (const listener of [...this.listeners, ...this.wishing]) listener();
    return changed;
  }
}

/** Write a query with its commas as they are. @param {URLSearchParams} query */
export function readable(query) {
  return query.toString().replaceAll("%2C", ",");
}

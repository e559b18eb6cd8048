// @ts-check
// What is compared now: the settings that all networks have in common, and the two axes.

import { asValues, params, read } from "../state/query.js";
import { reconciled } from "../state/reconcile.js";
import { Settings } from "../state/settings.js";

/** @typedef {import("../state/query.js").Values} Values */
/** @typedef {import("../state/query.js").Schema} Schema */

/** The two axes, each with the field that holds its values. @type {Record<string, string>} */
export const AXES = { rows: "row_values", columns: "column_values" };
const OWN = { rows: "", row_values: "", columns: "", column_values: "", seeds: "1" };

export class GridState extends Settings {
  /**
   * @param {Values} values what stands in the form; the fields of the axes have no value of their own
   * @param {Schema} query what is known of the fields of the query
   */
  constructor(values, query) {
    const defaults = { ...query.defaults, ...OWN };
    super(withoutRunning({ ...defaults, ...values }), { ...query, defaults });
  }

  /** @returns {URLSearchParams} the query of the page and of the API */
  params() {
    const { values } = this;
    const { stateless } = this.schema;
    const common = { ...values };
    for (const name of running(values)) delete common[name];
    const given = params(common, queryOf(this.schema));
    for (const name of running(values).includes("model") ? Object.keys(stateless) : []) {
      if (running(values).includes(name)) continue;
      const usual = shares(values, this.states) ? stateless[name] : this.defaults[name];
      if (common[name] === usual) given.delete(name);
      else given.set(name, common[name]);
    }
    for (const [axis, list] of Object.entries(AXES)) {
      given.set(axis, values[axis]);
      if (values[axis] && values[list]) given.set(list, values[list]);
    }
    if (values.seeds !== "1") given.set("seeds", values.seeds);
    return given;
  }

  address() {
    return `${location.pathname}?${readable(this.params())}`;
  }

  /** The address that the page began with may leave the axes to the server. @returns {Values} */
  read() {
    const given = new URLSearchParams(location.search);
    const values = read(location.search, queryOf(this.schema));
    for (const [name, usual] of Object.entries(OWN)) values[name] = given.get(name) ?? usual;
    if (!given.has("rows")) values.rows = "activation";
    if (!given.has("columns")) values.columns = "length";
    const { stateless } = this.schema;
    if (shares(values, this.states)) for (const name of Object.keys(stateless)) if (!given.has(name)) values[name] = stateless[name];
    return withoutRunning(values);
  }

  /** @param {Values} patch @returns {Values} */
  agreeing(patch) {
    const values = { ...this.values, ...patch };
    for (const [axis, list] of Object.entries(AXES)) {
      // Another field has other values: the server proposes some.
      if (axis in patch && !(list in patch) && patch[axis] !== this.values[axis]) values[list] = "";
    }
    for (const field of running(this.values)) if (!running(values).includes(field)) values[field] = this.defaults[field];
    const [was, is] = [shares(this.values, this.states), shares(values, this.states)];
    const kinds = running(values).includes("model");
    if (kinds && was !== is) {
      const { stateless } = this.schema;
      const [from, to] = was ? [stateless, this.defaults] : [this.defaults, stateless];
      for (const name of Object.keys(stateless)) if (values[name] === from[name] && !(name in patch)) values[name] = to[name];
    }
    return withoutRunning(kinds ? values : reconciled(values, patch, this.schema, this.values.model));
  }

  /** The fields that run along an axis. */
  get running() {
    return running(this.values);
  }

  /** Learn what the server made of it: proposed values, and what is looked at. @param {any} begun the head of an answer */
  learn(begun) {
    const told = asValues(begun.query);
    for (const axis of Object.keys(AXES)) Object.assign(told, { [axis]: begun[axis].field ?? "", [AXES[axis]]: begun[axis].written });
    this.take(withoutRunning({ ...this.values, ...told, seeds: String(begun.seeds) }), { told: true });
  }
}

/** Whether models without a state take part. @param {Values} values @param {import("../state/query.js").States} states */
function shares(values, states) {
  const axis = Object.keys(AXES).find((name) => values[name] === "model");
  const models = axis ? values[AXES[axis]].split(",").map((name) => name.trim()) : [values.model];
  return models.some((model) => states[model]?.length === 0);
}

/** @param {Values} values */
function running(values) {
  return Object.keys(AXES).map((axis) => values[axis]).filter(Boolean);
}

/** A field that runs has no value of its own. @param {Values} values @returns {Values} */
function withoutRunning(values) {
  return { ...values, ...Object.fromEntries(running(values).map((field) => [field, ""])) };
}

/** What is known of the fields of the query alone. @param {Schema} schema @returns {Schema} */
function queryOf(schema) {
  return { ...schema, defaults: Object.fromEntries(Object.entries(schema.defaults).filter(([name]) => !(name in OWN))) };
}

/** Write a query with its commas as they are. @param {URLSearchParams} query */
export function readable(query) {
  return query.toString().replaceAll("%2C", ",");
}

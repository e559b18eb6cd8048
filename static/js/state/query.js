// @ts-check
// The query as the page holds it: every field as text, and the short form that stands in a link.

/** @typedef {Record<string, string>} Values */

/** A number as the server reads one: no hexadecimal, which JavaScript would take too. */
const PLAIN = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/**
 * Write a JSON value of a query the way a form holds it.
 * @param {unknown} value
 * @returns {string}
 */
function asText(value) {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/**
 * @param {Record<string, unknown>} query all fields, as the API gives them
 * @returns {Values}
 */
export function asValues(query) {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, asText(value)]));
}

/**
 * Tell whether two texts mean the same value of a field: "1.0" is "1", but as a text to read it is another one.
 * @param {string} name of the field
 * @param {string} one
 * @param {string} other
 */
export function same(name, one, other) {
  if (one === other || name === "text") return one === other;
  return PLAIN.test(one) && PLAIN.test(other) && Number(one) === Number(other);
}

/** What is looked at in a model that carries no state, where nothing else is chosen. @type {Values} */
export const DIRECT = { of: "o", wrt: "x" };

/**
 * Give what a field is where it is not given.
 * @param {string} name
 * @param {Values} values
 * @param {Values} defaults
 * @param {import("./reconcile.js").States} states
 */
export function standard(name, values, defaults, states) {
  return states[values.model]?.length === 0 && name in DIRECT ? DIRECT[name] : defaults[name];
}

/**
 * Give what differs from the defaults, in the order of the schema, after v=1.
 * @param {Values} values
 * @param {Values} defaults
 * @param {import("./reconcile.js").States} states
 * @returns {URLSearchParams}
 */
export function params(values, defaults, states) {
  const given = new URLSearchParams({ v: "1" });
  for (const name of Object.keys(defaults)) {
    const usual = standard(name, values, defaults, states);
    const value = values[name] ?? usual;
    if (name !== "v" && !same(name, value, usual)) given.set(name, value);
  }
  return given;
}

/**
 * Read the values of an address: what it does not give is the default.
 * @param {string} search the part of an address from "?" on
 * @param {Values} defaults
 * @param {import("./reconcile.js").States} states
 * @returns {Values}
 */
export function read(search, defaults, states) {
  const given = new URLSearchParams(search);
  const values = { ...defaults };
  if (states[given.get("model") ?? ""]?.length === 0) Object.assign(values, DIRECT);
  for (const name of Object.keys(defaults)) {
    const value = given.get(name);
    if (value !== null && (value !== "" || name === "text")) values[name] = value;
  }
  return values;
}

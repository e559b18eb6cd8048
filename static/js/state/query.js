// @ts-check
// The query as the page holds it: every field as text, and the short form that stands in a link.

/** @typedef {Record<string, string>} Values */
/** @typedef {Record<string, string[]>} States what each model carries from step to step */

/**
 * What the server says of the fields of the query.
 * @typedef {object} Schema
 * @property {Values} defaults what every field is where it is not given
 * @property {Values} stateless the defaults that differ for a model that carries no state
 * @property {States} states what each model carries
 * @property {string[]} texts fields that may be empty, and are compared as they stand
 * @property {string[]} prose fields that no other value can be offered for
 */

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

/** @param {any} schema as the page holds it @returns {Schema} */
export function asSchema(schema) {
  return { ...schema, defaults: asValues(schema.defaults) };
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
 * @param {Schema} schema
 */
export function same(name, one, other, { texts }) {
  if (one === other || texts.includes(name)) return one === other;
  return PLAIN.test(one) && PLAIN.test(other) && Number(one) === Number(other);
}

/**
 * Give what a field is where it is not given.
 * @param {string} name
 * @param {Values} values
 * @param {Schema} schema
 */
function standard(name, values, { defaults, stateless, states }) {
  return states[values.model]?.length === 0 && name in stateless ? stateless[name] : defaults[name];
}

/**
 * Give what differs from the defaults, in the order of the schema, after v=1.
 * @param {Values} values
 * @param {Schema} schema
 * @returns {URLSearchParams}
 */
export function params(values, schema) {
  const given = new URLSearchParams({ v: "1" });
  for (const name of Object.keys(schema.defaults)) {
    const usual = standard(name, values, schema);
    const value = values[name] ?? usual;
    if (name !== "v" && !same(name, value, usual, schema)) given.set(name, value);
  }
  return given;
}

/**
 * Read the values of an address: what it does not give is the default.
 * @param {string} search the part of an address from "?" on
 * @param {Schema} schema
 * @returns {Values}
 */
export function read(search, { defaults, stateless, states, texts }) {
  const given = new URLSearchParams(search);
  const values = { ...defaults };
  if (states[given.get("model") ?? ""]?.length === 0) Object.assign(values, stateless);
  for (const name of Object.keys(defaults)) {
    const value = given.get(name);
    if (value !== null && (value !== "" || texts.includes(name))) values[name] = value;
  }
  return values;
}

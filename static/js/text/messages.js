// @ts-check
// Every sentence of the scripts, as the server wrote it into the page: here only the values are filled in.

/** @type {Record<string, string>} */
const MESSAGES = JSON.parse(document.getElementById("messages")?.textContent ?? "{}");
const FIELD = /\{(\w+)((?:\|[^{}|]*)*)\}/g;

/**
 * Fill a message: "{name}" is a value, "{count|one|many}" and "{count|none|one|many}" choose by a number, which "#" stands for.
 * @param {string} name
 * @param {Record<string, string | number>} [values] numbers are written with separators, texts as they are
 * @returns {string}
 */
export function message(name, values = {}) {
  return MESSAGES[name].replace(FIELD, (field, key, given) => {
    const value = values[key];
    if (value === undefined) return field;
    const written = typeof value === "number" ? value.toLocaleString("en") : value;
    if (!given) return written;
    const forms = given.slice(1).split("|");
    const [none, one, many] = forms.length > 2 ? forms : [forms[1], ...forms];
    return (Number(value) === 0 ? none : Number(value) === 1 ? one : many).replace("#", written);
  });
}

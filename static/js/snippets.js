// @ts-check
// How to ask for the same picture from elsewhere. Each works as it stands when pasted.

/** @param {string} origin @param {URLSearchParams} query */
export function curl(origin, query) {
  return `curl -s '${origin}/api/v1/influence?${query}'`;
}

/** @param {string} origin @param {URLSearchParams} query */
export function python(origin, query) {
  return [
    "import json",
    "from urllib.request import urlopen",
    "",
    `url = "${origin}/api/v1/influence?${query}"`,
    "with urlopen(url) as answer:",
    "    influence = json.load(answer)",
    "",
    'print(influence["summary"]["sentence"])',
    'print(influence["t"][-1], influence["k"][0], influence["log10_norm"][-1][0])  # t, k, log10 of the norm',
  ].join("\n");
}

/**
 * @param {string} origin
 * @param {URLSearchParams} query
 * @param {string[]} hidden names of controls and panels to leave out
 */
export function frame(origin, query, hidden) {
  const given = new URLSearchParams(query);
  given.set("embed", "1");
  if (hidden.length) given.set("hide", hidden.join(","));
  const source = `${origin}/?${given}`.replaceAll("&", "&amp;");
  return `<iframe src="${source}"\n        title="Unrolled: the influence triangle" width="100%" height="900" loading="lazy"></iframe>`;
}

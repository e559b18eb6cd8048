// @ts-check
// How to ask for the same picture from elsewhere. Each works as it stands when pasted.

/** @param {string} origin @param {URLSearchParams} query @param {string} recording the name of a WAV that is sent along, or nothing */
export function curl(origin, query, recording) {
  const sent = recording && ` -H 'Content-Type: audio/wav' --data-binary '@${recording}'`;
  return `curl -s '${origin}/api/v1/influence?${query}'${sent}`;
}

/** @param {string} origin @param {URLSearchParams} query @param {string} recording as above */
export function python(origin, query, recording) {
  return [
    "import json",
    `from urllib.request import ${recording && "Request, "}urlopen`,
    "",
    `url = "${origin}/api/v1/influence?${query}"`,
    ...(recording ? [`with open("${recording}", "rb") as file:`, '    request = Request(url, file.read(), {"Content-Type": "audio/wav"})'] : []),
    `with urlopen(${recording ? "request" : "url"}) as answer:`,
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

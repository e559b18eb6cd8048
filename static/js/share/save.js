// @ts-check
// A picture as a file: PNG for a slide, SVG for a paper.

import { Problem, answer, ask } from "../net/api.js";
import { Plot, dress, library } from "../plots/plot.js";
import { standalone } from "../plots/svg.js";
import { message } from "../text/messages.js";
import { theme } from "../theme/theme.js";

/** @typedef {import("../panels/panels.js").Panels} Panels */
/** @typedef {import("../panels/panel.js").Panel} Panel */
/** @typedef {import("../state/settings.js").Settings} Settings */

/** @type {Record<string, {width: number, height: number}>} */
const SIZES = { any: { width: 1200, height: 800 }, triangle: { width: 1060, height: 1080 } };
const LINE = 120;
const LEADING = 20;

/**
 * Name a file by what it shows, the usual model by its activation; what is left out of the controls is not told.
 * @param {string} view
 * @param {Settings} settings
 */
function named(view, { values, defaults }) {
  /** @param {string} field */
  const told = (field) => document.getElementById(`field-${field}`) !== null;
  const network = values.model === defaults.model ? told("activation") && values.activation : told("model") && values.model;
  return ["unrolled", view, network, told("length") && `T${values.length}`].filter(Boolean).join("-");
}

/** @param {Panels} panels @param {Settings} settings */
export function connectSaves(panels, settings) {
  const follow = () => {
    for (const link of document.querySelectorAll("a[data-link]")) {
      const { link: kind } = /** @type {HTMLElement} */ (link).dataset;
      const view = /** @type {HTMLElement | null} */ (link.closest("[data-view]"))?.dataset.view ?? "";
      link.setAttribute("download", `${named(view, settings)}.${kind}`);
    }
  };
  settings.onChange(follow);
  follow();
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-link]") : null;
    const from = link?.closest("[data-view]");
    // A link cannot send a recording: what it would fetch is fetched here.
    if (!(link instanceof HTMLAnchorElement) || !(from instanceof HTMLElement) || !settings.heard) return;
    event.preventDefault();
    void reported(from, saveNumbers(from.dataset.view ?? "", link.dataset.link ?? "", settings, link.download));
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-save]") : null;
    const section = button?.closest("[data-view]");
    if (!(button instanceof HTMLElement) || !(section instanceof HTMLElement)) return;
    const kind = button.dataset.save === "svg" ? "svg" : "png";
    const view = section.dataset.view ?? "";
    const panel = panels.at(section);
    const drawing = section.querySelector(".graph-box svg");
    if (drawing instanceof SVGSVGElement) void reported(section, saveDrawing(drawing, named(view, settings), kind));
    else if (panel) void reported(section, saveFigure(section, panel, settings, kind));
  });
}

/** Say it where a file could not be made. @param {HTMLElement} section @param {Promise<void>} saving */
async function reported(section, saving) {
  const place = section.querySelector(".saves-said");
  place?.replaceChildren();
  try {
    await saving;
  } catch (error) {
    if (!(error instanceof Problem)) reportError(error);
    place?.append(error instanceof Problem ? `${error.title}. ${error.message}` : message("file_fault"));
  }
}

/** @param {string} view @param {string} kind @param {Settings} settings @param {string} name */
async function saveNumbers(view, kind, settings, name) {
  const response = await answer(`${view}${kind === "json" ? "" : `.${kind}`}`, settings.params(), "*/*");
  download(await response.blob(), name);
}

/**
 * @param {HTMLElement} section
 * @param {Panel} panel
 * @param {Settings} settings
 * @param {"png" | "svg"} format
 */
async function saveFigure(section, panel, settings, format) {
  const given = await ask(`${panel.view}/figure`, settings.params());
  const dressed = dress(given);
  // The page draws its own legend beside the triangle; a file has to carry it inside.
  const { layout } = panel.plot instanceof Plot ? panel.plot.prepare(dressed) : dressed;
  const { ink, paper, quiet } = theme();
  const title = section.querySelector("h2")?.textContent ?? "";
  const subtitle = { text: broken(section.querySelector("[data-reading]")?.innerHTML ?? ""), font: { color: quiet, size: 14 } };
  await library().downloadImage({
    data: given.data,
    layout: {
      ...layout,
      // A long sentence above and what stands below the axes need their room.
      margin: { l: 80, r: 40, t: 108 + (layout.margin?.t ?? 12) + LEADING * Math.max(0, subtitle.text.split("<br>").length - 2), b: Math.max(70, layout.margin?.b ?? 0) },
      paper_bgcolor: paper,
      font: { ...layout.font, size: 13 },
      title: { text: title, subtitle, x: 0.04, xanchor: "left", y: 0.96, yanchor: "top", yref: "container", font: { color: ink, size: 22 } },
    },
  }, { format, ...SIZES[panel.instrument] ?? SIZES.any, scale: 2, filename: named(panel.view, settings) });
}

/**
 * Break a sentence into lines of a picture; raised exponents are kept.
 * @param {string} markup
 */
function broken(markup) {
  let width = 0;
  return markup.split(" ").map((word) => {
    width += word.replace(/<[^>]*>/g, "").length + 1;
    if (width <= LINE) return word;
    width = word.length;
    return `<br>${word}`;
  }).join(" ");
}

/**
 * @param {SVGSVGElement} drawing
 * @param {string} name
 * @param {"png" | "svg"} kind
 */
async function saveDrawing(drawing, name, kind) {
  const { text, width, height } = standalone(drawing, theme().paper);
  const source = new Blob([text], { type: "image/svg+xml" });
  if (kind === "svg") return download(source, `${name}.svg`);
  const address = URL.createObjectURL(source);
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  canvas.toBlob((picture) => picture && download(picture, `${name}.png`), "image/png");
}

/** @param {Blob} content @param {string} name */
function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// @ts-check
// The explorer taken over by scripts: settings drive the main picture, the main picture is followed by the rest.

import { Problem, ask } from "./api.js";
import { Chooser, chosen } from "./cell.js";
import { paintLegend } from "./colour.js";
import { connect, typed } from "./controls.js";
import { clearProblem, showProblem } from "./faults.js";
import { latest } from "./latest.js";
import { connectFold, describe } from "./lead.js";
import { connectMeaning } from "./meaning.js";
import { painters } from "./painters.js";
import { Panels } from "./panels.js";
import { ProgressCard, follow } from "./progress.js";
import { asValues, read } from "./query.js";
import { connectSaves } from "./save.js";
import { connectSeriesFile } from "./series.js";
import { Settings } from "./settings.js";
import { connectShare } from "./share.js";
import { Triangle } from "./triangle.js";
import { typeset } from "./words.js";
import { Zoom } from "./zoom.js";

const initial = JSON.parse(document.getElementById("initial")?.textContent ?? "{}");
const defaults = asValues(initial.defaults);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("controls"));
/** What the server refused stays as it was sent, with what was wrong of it, until a control is changed. */
const refused = initial.query === null;
const settings = refused
  ? new Settings({ ...read(location.search, defaults), ...typed(form, defaults) }, defaults, initial.states, initial.own)
  : new Settings(asValues(initial.query), defaults, initial.states);
connectMeaning(settings, initial.states);
const place = document.getElementById("triangle");
const triangle = place ? new Triangle(place) : null;
const chooser = triangle ? new Chooser(triangle, settings) : null;
const zoom = triangle ? new Zoom(triangle, settings) : null;
const panels = new Panels(settings, painters(settings, triangle, chooser));
const influence = panels.named("influence");
if (influence) influence.plot = triangle;
let attached = false;
/** Whether what is set has not been drawn yet. */
let unfinished = false;
const card = new ProgressCard(() => {
  repaint.stop();
  card.halt();
}, () => repaint(performance.now()));
/** Whether there is a picture for a chosen cell to be in. */
let drawn = false;

/** The one request that stands between a moved control and the repainted picture. */
const repaint = latest(async (/** @type {number} */ since, signal) => {
  let figure;
  unfinished = true;
  const query = settings.params();
  const done = follow("influence", query, signal, (report) => card.show(report));
  try {
    figure = await ask("influence/figure", query, signal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    unfinished = false;
    card.hide();
    showProblem(error, settings);
    return;
  } finally {
    done();
  }
  unfinished = false;
  card.hide();
  drawn = true;
  clearProblem();
  document.getElementById("instruments")?.classList.remove("empty");
  describe(figure.layout.meta, settings);
  if (triangle && chooser) {
    await triangle.show(figure, chosen(settings));
    if (!attached) {
      chooser.attach();
      zoom?.attach();
    }
    attached = true;
    chooser.tell();
    legend(figure);
  }
  requestAnimationFrame(() => setTimeout(() => {
    performance.measure("unrolled:repaint", { start: since, end: performance.now() });
  }));
  panels.refresh();
});

/** @param {import("./plot.js").Figure} figure */
function legend(figure) {
  const [map] = figure.data;
  const box = document.getElementById("scale");
  if (box) paintLegend(box, map.colorscale ?? figure.layout.coloraxis.colorscale, [map.zmin ?? -6, map.zmax ?? 6]);
}

settings.onChange(({ cell, since }) => {
  panels.interrupt();
  if (cell && drawn) {
    chooser?.follow();
    panels.refresh();
  } else repaint(since);
});
if (form) {
  connect(form, settings);
  connectSeriesFile(form, settings);
  connectFold();
}
connectShare(settings);
connectSaves(panels, settings);
for (const line of document.querySelectorAll(".choice-note")) typeset(line, line.textContent ?? "");
// A page that is left asks for nothing more; where it is kept for the way back, it goes on there.
addEventListener("pagehide", () => {
  repaint.stop();
  panels.interrupt();
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  if (unfinished) repaint(performance.now());
  else if (drawn) panels.refresh();
});
if (refused) showProblem(new Problem(initial.problem.title, initial.problem.detail, initial.problem.errors), settings);
else repaint(performance.now());

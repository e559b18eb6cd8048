// @ts-check
// The explorer taken over by scripts: settings drive the main picture, the main picture is followed by the rest.

import { Problem } from "./api.js";
import { connect, typed } from "./controls.js";
import { showProblem } from "./faults.js";
import { connectFold } from "./lead.js";
import { connectMeaning } from "./meaning.js";
import { connectPaper } from "./paper.js";
import { painters } from "./painters.js";
import { Panels } from "./panels.js";
import { Picture } from "./picture.js";
import { asValues, read } from "./query.js";
import { connectSaves } from "./save.js";
import { connectSeriesFile } from "./series.js";
import { Settings } from "./settings.js";
import { connectShare } from "./share.js";
import { connectRecording } from "./sound.js";
import { typeset } from "./words.js";

const initial = JSON.parse(document.getElementById("initial")?.textContent ?? "{}");
const defaults = asValues(initial.defaults);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("controls"));
/** What the server refused stays as it was sent, with what was wrong of it, until a control is changed. */
const refused = initial.query === null;
const settings = refused
  ? new Settings({ ...read(location.search, defaults, initial.states), ...typed(form, defaults) }, defaults, initial.states, initial.own)
  : new Settings(asValues(initial.query), defaults, initial.states);
connectMeaning(settings, initial.states);
const picture = new Picture(settings);
const panels = new Panels(settings, painters(settings, picture));
const influence = panels.named("influence");
if (influence) influence.plot = picture.triangle;
picture.onDrawn = (/** @type {number} */ took) => panels.refresh(took);

settings.onChange((change) => {
  panels.interrupt();
  if (picture.follow(change)) panels.refresh();
});
if (form) {
  connect(form, settings);
  connectSeriesFile(form, settings);
  connectRecording(form, settings);
  connectFold();
}
connectShare(settings);
connectPaper();
connectSaves(panels, settings);
for (const line of document.querySelectorAll(".choice-note")) typeset(line, line.textContent ?? "");
addEventListener("pagehide", () => {
  picture.leave();
  panels.interrupt();
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && picture.comeBack()) panels.refresh();
});
if (refused) showProblem(new Problem(initial.problem.title, initial.problem.detail, initial.problem.errors), settings);
else picture.repaint();

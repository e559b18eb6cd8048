// @ts-check
// The explorer taken over by scripts: settings drive the main picture, the main picture is followed by the rest.

import { showProblem } from "./controls/faults.js";
import { connectFold } from "./controls/fold.js";
import { connect, typed } from "./controls/form.js";
import { connectRecording } from "./controls/recording.js";
import { connectRelevance } from "./controls/relevance.js";
import { connectSeriesFile } from "./controls/series.js";
import { Problem } from "./net/api.js";
import { painters } from "./panels/painters.js";
import { Panels } from "./panels/panels.js";
import { Picture } from "./picture/picture.js";
import { connectSaves } from "./share/save.js";
import { connectShare } from "./share/share.js";
import { asSchema, asValues, read } from "./state/query.js";
import { Settings } from "./state/settings.js";
import { typeset } from "./text/typeset.js";
import { connectPrint } from "./theme/print.js";

const initial = JSON.parse(document.getElementById("initial")?.textContent ?? "{}");
const schema = asSchema(initial.schema);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("controls"));
/** What the server refused stays as it was sent, with what was wrong of it, until a control is changed. */
const refused = initial.query === null;
const settings = refused
  ? new Settings({ ...read(location.search, schema), ...typed(form, schema.defaults) }, schema, initial.own)
  : new Settings(asValues(initial.query), schema);
connectRelevance(settings);
const picture = new Picture(settings);
const panels = new Panels(settings, painters(settings, picture));
const main = panels.all.find(({ instrument }) => instrument === "triangle");
if (main) main.plot = picture.triangle;
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
connectPrint();
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

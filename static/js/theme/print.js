// @ts-check
// Paper is white and narrower than a window: drawings take its colours and shrink with their frames.

import { inLight } from "./theme.js";

/** Get ready for paper before the browser lays the page out on it, and go back afterwards. */
export function connectPrint() {
  addEventListener("beforeprint", () => {
    inLight(true);
    for (const drawing of drawings()) drawing.setAttribute("viewBox", `0 0 ${drawing.getAttribute("width")} ${drawing.getAttribute("height")}`);
  });
  addEventListener("afterprint", () => {
    for (const drawing of drawings()) drawing.removeAttribute("viewBox");
    inLight(false);
  });
}

/** The layers of all plots. */
function drawings() {
  return document.querySelectorAll(".plot .main-svg");
}

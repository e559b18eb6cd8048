// @ts-check
// The reader's own recording: chosen or dropped here, sent along with every question about a sound, and kept nowhere else.

import { ask } from "../net/api.js";
import { setUpload } from "../net/upload.js";
import { headerOf } from "./wav.js";
import { message } from "../text/messages.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {{file: File, header: import("./wav.js").Header | null}} Own */

const MIB = 2 ** 20;

/**
 * @param {HTMLFormElement} form
 * @param {Settings} settings
 */
export function connectRecording(form, settings) {
  const box = form.querySelector("#recording");
  const chooser = form.querySelector("#recording-file");
  if (box instanceof HTMLElement && chooser instanceof HTMLInputElement) new Recording(box, chooser, settings).listen();
}

class Recording {
  /** @param {HTMLElement} box @param {HTMLInputElement} chooser @param {Settings} settings */
  constructor(box, chooser, settings) {
    this.box = box;
    this.chooser = chooser;
    this.settings = settings;
    /** @type {Own | null} */
    this.own = null;
    /** How often something else was to be heard; names what is heard now. */
    this.times = 0;
    /** The length before a recording was chosen, and the one that was set for it. */
    this.lengths = { before: "", set: "" };
    this.said = box.querySelector("#recording-said");
    this.whole = /** @type {HTMLButtonElement} */ (box.querySelector("#recording-whole"));
    this.clear = /** @type {HTMLButtonElement} */ (box.querySelector("#recording-clear"));
    this.option = /** @type {HTMLOptionElement | null} */ (document.querySelector('#field-input option[value="sound"]'));
    this.bundled = this.option?.label ?? "";
  }

  listen() {
    const { chooser, settings } = this;
    chooser.addEventListener("change", (event) => {
      event.stopPropagation();
      void this.#take(chooser.files?.[0]);
      // The same file may be chosen again once it is mended.
      chooser.value = "";
    });
    this.clear.addEventListener("click", () => this.#forget());
    this.whole.addEventListener("click", () => {
      settings.set({ length: this.whole.value });
      chooser.focus();
    });
    this.#catch();
    settings.onChange(() => this.#tell());
  }

  /** A file may be dropped here. */
  #catch() {
    /** @param {boolean} is */
    const over = (is) => this.box.classList.toggle("over", is);
    this.box.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    this.box.addEventListener("dragleave", () => over(false));
    this.box.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      void this.#take(event.dataTransfer?.files[0]);
    });
  }

  /** @param {File} [file] */
  async #take(file) {
    if (!file) return;
    this.times += 1;
    const turn = this.times;
    const most = await ask("options", new URLSearchParams()).then(({ limits }) => limits.body_mib, () => Infinity);
    if (turn !== this.times) return;
    if (file.size > most * MIB) {
      this.#say(message("recording_large", { file: file.name, size: String(Number((file.size / MIB).toPrecision(2))), most: String(most) }));
      return;
    }
    // A copy: the file may change or go while the page goes on asking.
    const content = await file.arrayBuffer().catch(() => null);
    const copy = new File(content ? [content] : [], file.name);
    const header = await headerOf(copy);
    // Only the newest choice counts.
    if (turn !== this.times) return;
    if (!content) {
      this.#say(message("file_unreadable", { file: file.name }));
      return;
    }
    const { settings } = this;
    if (!this.own) this.lengths.before = settings.values.length;
    this.own = { file: copy, header };
    setUpload({ file: copy, usual: settings.defaults.length });
    this.#name(message("own_recording"));
    const steps = this.#steps();
    this.lengths.set = steps > 0 ? String(steps) : settings.values.length;
    settings.hear(`${turn}`, { input: "sound", length: this.lengths.set });
  }

  /** Go back to the bundled recording, and to the length there was before. */
  #forget() {
    const { settings, lengths } = this;
    this.times += 1;
    this.own = null;
    setUpload(null);
    this.#name(this.bundled);
    settings.hear("", settings.values.length === lengths.set ? { length: lengths.before } : {});
    this.chooser.focus();
  }

  /** How many steps the recording has, as many as there may be; 0 where that is not known. */
  #steps() {
    const most = Number(document.getElementById("field-length")?.dataset.max ?? Infinity);
    const frames = Math.floor((this.own?.header?.count ?? 0) / Number(this.settings.values.frame));
    return Number.isFinite(frames) ? Math.min(frames, most) : 0;
  }

  /** The name of what is heard, in the list and wherever the setting is told. @param {string} label */
  #name(label) {
    if (this.option) this.option.label = label;
  }

  /** Say what is sent along, and offer all of it where only a part is looked at. */
  #tell() {
    const { own, settings } = this;
    const steps = this.#steps();
    this.clear.hidden = !own;
    this.whole.hidden = !own || steps < 1 || String(steps) === settings.values.length;
    this.whole.value = String(steps);
    this.whole.textContent = message("recording_whole", { count: String(steps) });
    document.documentElement.classList.toggle("own-recording", settings.heard !== "");
    this.#say(own ? described(own, Number(settings.values.frame)) : "");
  }

  /** @param {string} words */
  #say(words) {
    if (this.said && this.said.textContent !== words) this.said.textContent = words;
  }
}

/** @param {Own} own @param {number} frame */
function described({ file: { name }, header }, frame) {
  if (!header || header.rate === 0) return message("recording_sent", { file: name });
  const { rate, count } = header;
  const frames = Math.floor(count / frame);
  const values = { file: name, seconds: String(Number((count / rate).toPrecision(3))), rate: String(rate) };
  return Number.isFinite(frames) ? message("recording_frames", { ...values, count: frames, frame: String(frame) }) : message("recording", values);
}

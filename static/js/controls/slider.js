// @ts-check
// A slider beside a number box: the slider halts at sensible values, the box takes any.

import { nearest, stops } from "./stops.js";

/** After this long without a key the next press is a gesture of its own. */
const REST_MS = 1000;

export class Coupled {
  /** @param {HTMLInputElement} slider with data-for, data-min, data-max and data-step */
  constructor(slider) {
    this.slider = slider;
    this.box = /** @type {HTMLInputElement} */ (document.getElementById(slider.dataset.for ?? ""));
    this.values = stops(Number(slider.dataset.min), Number(slider.dataset.max), Number(slider.dataset.step));
    /** @type {(value: string) => void} */
    this.onInput = () => {};
    this.onChange = () => {};
    this.byKey = false;
    this.rest = 0;
    slider.max = String(this.values.length - 1);
    slider.addEventListener("input", (event) => {
      event.stopPropagation();
      this.box.value = String(this.values[slider.valueAsNumber]);
      this.#show();
      this.onInput(this.box.value);
    });
    slider.addEventListener("keydown", () => { this.byKey = true; });
    slider.addEventListener("pointerdown", () => {
      this.byKey = false;
      this.#settle();
    });
    slider.addEventListener("blur", () => this.#settle());
    slider.addEventListener("change", (event) => {
      event.stopPropagation();
      clearTimeout(this.rest);
      // Every key press ends in a change: a burst of them is one gesture, as a drag is.
      if (this.byKey) this.rest = window.setTimeout(() => this.#settle(), REST_MS);
      else this.#settle();
    });
    this.follow();
  }

  /** Put the slider where the box says, unless it is the slider that is being moved. */
  follow() {
    const value = Number(this.box.value);
    if (this.box.value !== "" && Number.isFinite(value) && this.values[this.slider.valueAsNumber] !== value) {
      this.slider.value = String(nearest(this.values, value));
    }
    this.#show();
  }

  #settle() {
    clearTimeout(this.rest);
    this.onChange();
  }

  #show() {
    const { slider, values } = this;
    slider.setAttribute("aria-valuetext", this.box.value);
    slider.style.setProperty("--filled", `${(100 * slider.valueAsNumber) / Math.max(1, values.length - 1)}%`);
  }
}

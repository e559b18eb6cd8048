// @ts-check
// The controls folded away on a phone.

/** Open and close the controls where they are folded. */
export function connectFold() {
  const button = document.getElementById("fold");
  button?.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  });
}

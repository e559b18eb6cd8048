// @ts-check
// The table of a comparison: what each network reaches and what it costs.

/** Cells beside the name. */
const CELLS = 6;
/** In this order a gradient is the longer alive. */
const VERDICTS = ["zero", "vanishes", "decays", "preserves", "grows", "explodes"];

export class Table {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.table = table;
    /** @type {any[]} */
    this.tiles = [];
    /** @type {{key: string, way: 1 | -1} | null} */
    this.order = null;
    for (const head of table.querySelectorAll("th[data-key]")) {
      head.querySelector("button")?.addEventListener("click", () => this.#sort(/** @type {HTMLElement} */ (head).dataset.key ?? ""));
    }
  }

  /** @param {any[]} tiles */
  show(tiles) {
    this.tiles = [...tiles].sort((one, other) => one.row - other.row || one.column - other.column);
    this.#draw();
  }

  /** Sort by a heading: first the way a reader would look for the best, then the other way round. @param {string} key */
  #sort(key) {
    const first = ["name", "flops", "parameters", "path_length"].includes(key) ? 1 : -1;
    this.order = { key, way: this.order?.key === key ? /** @type {1 | -1} */ (-this.order.way) : first };
    this.#draw();
  }

  #draw() {
    const { order, table } = this;
    for (const head of /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll("th[data-key]"))) {
      if (head.dataset.key === order?.key) head.setAttribute("aria-sort", order?.way === 1 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    const shown = order ? [...this.tiles].sort((one, other) => compared(one, other, order.key, order.way)) : this.tiles;
    table.tBodies[0].replaceChildren(...shown.map(line));
  }
}

/** What has no number stands last, whichever way. @param {any} one @param {any} other @param {string} key @param {number} way */
function compared(one, other, key, way) {
  const [left, right] = [rank(one, key), rank(other, key)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === "string") return way * left.localeCompare(String(right), "en", { numeric: true });
  return way * (left - Number(right)) || 0;
}

/** @param {any} tile @param {string} key @returns {string | number | null} */
function rank(tile, key) {
  if (key === "name") return tile.name;
  if (tile.reason) return null;
  if (key === "verdict") return VERDICTS.indexOf(tile.verdict);
  // A horizon that is never reached is that of the whole sequence.
  if (key === "horizon") return tile.horizon ?? tile.lag.at(-1) + 0.5;
  return tile[key] ?? null;
}

/** @param {any} tile */
function line(tile) {
  const row = document.createElement("tr");
  const head = Object.assign(document.createElement("th"), { scope: "row" });
  head.append(tile.link ? Object.assign(document.createElement("a"), { href: tile.link, textContent: tile.name }) : tile.name);
  row.append(head);
  if (tile.reason) {
    const why = row.insertCell();
    why.className = "why-not";
    why.colSpan = CELLS;
    why.textContent = tile.reason;
    return row;
  }
  for (const cell of tile.cells) row.insertCell().textContent = cell;
  return row;
}

// @ts-check
// What the header of a WAV file says, read for the length of its sound; whether it is true is for the server to find out.

/** @typedef {{rate: number, channels: number, count: number}} Header count: samples of one channel */

/** The samples come after a few other parts at most. */
const MOST_PARTS = 50;

/**
 * @param {Blob} file
 * @returns {Promise<Header | null>} nothing where it cannot be told
 */
export async function headerOf(file) {
  const begin = await bytes(file, 0, 12);
  if (!begin || letters(begin, 0) !== "RIFF" || letters(begin, 8) !== "WAVE") return null;
  /** @type {{rate: number, channels: number, block: number} | null} */
  let layout = null;
  let place = 12;
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const head = await bytes(file, place, 8);
    if (!head) return null;
    const [name, size] = [letters(head, 0), head.getUint32(4, true)];
    place += 8;
    // A part that goes on behind the end of the file says nothing that could be relied on.
    if (place + size > file.size) return null;
    if (name === "data") return layout && layout.block > 0 ? { rate: layout.rate, channels: layout.channels, count: Math.floor(size / layout.block) } : null;
    if (name === "fmt ") {
      const told = await bytes(file, place, 16);
      if (!told) return null;
      layout = { channels: told.getUint16(2, true), rate: told.getUint32(4, true), block: told.getUint16(12, true) };
    }
    place += size + (size % 2);
  }
  return null;
}

/** @param {Blob} file @param {number} place @param {number} count @returns {Promise<DataView | null>} */
async function bytes(file, place, count) {
  const buffer = await file.slice(place, place + count).arrayBuffer().catch(() => null);
  return buffer && buffer.byteLength === count ? new DataView(buffer) : null;
}

/** @param {DataView} view @param {number} place */
function letters(view, place) {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(place + index)));
}

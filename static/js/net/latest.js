// @ts-check
// Only the newest request counts: while one is being served the next waits, and what came between is forgotten.

/** A request that took longer than this is given up for a newer one; a faster one may finish, so that dragging stays alive. */
const PATIENCE_MS = 200;

/**
 * Wrap a task so that at most one runs, and after it only the newest request.
 * @template T
 * @param {(request: T, signal: AbortSignal) => Promise<void>} task
 * @returns {{(request: T): void, stop(): void}} stop gives up what is under way and what waits
 */
export function latest(task) {
  /** @type {{request: T} | null} */
  let next = null;
  /** @type {AbortController | null} */
  let running = null;
  let timer = 0;

  async function serve() {
    while (next) {
      const { request } = next;
      next = null;
      const control = new AbortController();
      running = control;
      try {
        await task(request, control.signal);
      } catch (error) {
        // What goes wrong with one request must not lose the next.
        if (!control.signal.aborted && !next) reportError(error);
      } finally {
        running = null;
        clearTimeout(timer);
        timer = 0;
      }
    }
  }

  /** @param {T} request */
  const ask = (request) => {
    next = { request };
    const stale = running;
    if (!stale) void serve();
    else if (!timer) timer = window.setTimeout(() => stale.abort(), PATIENCE_MS);
  };
  const stop = () => {
    next = null;
    running?.abort();
  };
  return Object.assign(ask, { stop });
}

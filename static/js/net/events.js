// @ts-check
// Server-sent events read by fetch: unlike an EventSource, it can send a body, and a refusal can be read as well.

/**
 * Read events until the stream ends.
 * @param {Response} response
 * @param {(name: string, data: any) => void} tell called with every event
 * @param {(error: unknown) => never} broken called when the stream breaks off
 */
export async function events(response, tell, broken) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let text = "";
  for (;;) {
    const { value, done } = await reader.read().catch(broken);
    text += value ?? "";
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const { event, data } = parsed(block);
      if (event) tell(event, data);
    }
    if (done) return;
  }
}

/** @param {string} block one event; a comment that keeps the line open has none */
function parsed(block) {
  const lines = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  return { event: lines.event, data: lines.data ? JSON.parse(lines.data) : null };
}

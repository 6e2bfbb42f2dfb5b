/**
 * Sends card data from the element frames to the controller frame over a broadcast channel of the
 * simulator's origin. The embedding page can't read it.
 */

/**
 * @typedef {{number?: string, exp_month?: number, exp_year?: number, cvc?: string}} ApiCard
 * @typedef {ApiCard & {postalCode?: string}} CardData
 * @typedef {{code: string}} Fault Stripe's code for missing or invalid data
 * @typedef {{channel: string, data: CardData, fault?: Fault}} Part
 */

/** @param {string} group */
const openChannel = (group) => new BroadcastChannel(`card-data-${group}`);

/**
 * Element frame: answers requests for the data of its own fields.
 * @param {string} group @param {string} channel @param {() => {data: CardData, fault?: Fault}} read
 */
export function answerForCard(group, channel, read) {
  const broadcast = openChannel(group);
  broadcast.addEventListener('message', ({ data }) => {
    if (data.ask) broadcast.postMessage({ answer: data.ask, part: { channel, ...read() } });
  });
}

/**
 * Controller frame: collects the data of all given element frames, which must be loaded.
 * @param {{group: string, frames: string[]}} fields @returns {Promise<{data: CardData, fault?: Fault}>}
 */
export async function askForCard({ group, frames }) {
  const broadcast = openChannel(group);
  const ask = crypto.getRandomValues(new Uint32Array(2)).join('-');
  /** @type {Map<string, Part>} */
  const parts = new Map();
  await new Promise((resolve) => {
    broadcast.addEventListener('message', ({ data }) => {
      if (data.answer !== ask) return;
      parts.set(data.part.channel, data.part);
      if (frames.every((frame) => parts.has(frame))) resolve(undefined);
    });
    broadcast.postMessage({ ask });
  });
  broadcast.close();
  const inOrder = frames.map((frame) => /** @type {Part} */ (parts.get(frame)));
  return {
    data: Object.assign({}, ...inOrder.map((part) => part.data)),
    fault: inOrder.find((part) => part.fault)?.fault,
  };
}

/**
 * How the controller frame gets what the buyer typed: over a channel that only frames of the
 * simulator's origin hear. The page that holds them never sees it.
 */

/**
 * @typedef {{number?: string, exp_month?: number, exp_year?: number, cvc?: string}} ApiCard
 * @typedef {ApiCard & {postalCode?: string}} CardData
 * @typedef {{code: string}} Fault what is missing or wrong, in Stripe's codes
 * @typedef {{channel: string, data: CardData, fault?: Fault}} Part
 */

/** @param {string} group */
const channelOf = (group) => new BroadcastChannel(`card-data-${group}`);

/**
 * Element frame: answers for its own fields.
 * @param {string} group @param {string} channel @param {() => {data: CardData, fault?: Fault}} read
 */
export function answerForCard(group, channel, read) {
  const line = channelOf(group);
  line.addEventListener('message', ({ data }) => {
    if (data.ask) line.postMessage({ answer: data.ask, part: { channel, ...read() } });
  });
}

/**
 * Controller frame: asks the elements of one form, all of which are known to be there.
 * @param {{group: string, frames: string[]}} fields @returns {Promise<{data: CardData, fault?: Fault}>}
 */
export async function askForCard({ group, frames }) {
  const line = channelOf(group);
  const ask = crypto.getRandomValues(new Uint32Array(2)).join('-');
  /** @type {Map<string, Part>} */
  const parts = new Map();
  await new Promise((resolve) => {
    line.addEventListener('message', ({ data }) => {
      if (data.answer !== ask) return;
      parts.set(data.part.channel, data.part);
      if (frames.every((frame) => parts.has(frame))) resolve(undefined);
    });
    line.postMessage({ ask });
  });
  line.close();
  const inOrder = frames.map((frame) => /** @type {Part} */ (parts.get(frame)));
  return {
    data: Object.assign({}, ...inOrder.map((part) => part.data)),
    fault: inOrder.find((part) => part.fault)?.fault,
  };
}

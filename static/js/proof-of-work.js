/**
 * Solves a proof of work in ALTCHA's web worker. The shop asks for one after too many declined cards; checkout.js loads
 * this module only if an answer carries a challenge.
 */

/**
 * @param {object} challenge from the shop's answer
 * @returns {Promise<string | undefined>} the form field `proof`; undefined if this browser can't solve it
 */
export function solveChallenge(challenge) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('../vendor/altcha/pbkdf2.js', import.meta.url));
    const finish = (/** @type {string | undefined} */ proof) => {
      worker.terminate();
      resolve(proof);
    };
    worker.onerror = () => finish(undefined);
    worker.onmessage = ({ data: solution }) =>
      finish(solution?.derivedKey ? window.btoa(JSON.stringify({ challenge, solution })) : undefined);
    worker.postMessage({ type: 'work', challenge, counterStart: 0, counterStep: 1 });
  });
}

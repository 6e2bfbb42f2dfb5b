/**
 * Messages between a frame and the page that embeds it. Both sides check origin, sender and channel, because
 * the page can have several frames, and other scripts can post messages too.
 */

/** @typedef {Record<string, unknown>} Data */

/**
 * Reads the configuration that the page put into the fragment of the frame's URL.
 * @template {object} T
 * @returns {T & {channel: string, parent: string}}
 */
export function readConfig() {
  return JSON.parse(decodeURIComponent(window.location.hash.slice(1)));
}

/** @param {{channel: string, parent: string}} config */
export function connect({ channel, parent }) {
  /** @type {Map<string, (data: any) => void>} */
  const handlers = new Map();
  window.addEventListener('message', (event) => {
    const data = event.data;
    if (event.source !== window.parent || event.origin !== parent || data?.channel !== channel) return;
    handlers.get(data.kind)?.(data);
  });
  return {
    /** @param {string} kind @param {Data} [data] */
    send(kind, data = {}) {
      window.parent.postMessage({ ...data, kind, channel }, parent);
    },
    /** @param {string} kind @param {(data: any) => void} handler */
    on(kind, handler) {
      handlers.set(kind, handler);
    },
  };
}

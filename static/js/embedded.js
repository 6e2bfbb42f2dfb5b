/**
 * An offer's page inside of another website (the script of that website is embed.js): its height, where the visitor came
 * from, and how the frame is left after the payment.
 */

const form = document.querySelector('form.payment');
const GREETING_MS = 1000;
const MOST_GREETINGS = 10;
let isHeard = false;

/** Tell the website around it how high the page is. Whoever is told can see the frame anyway. */
function tellHeight() {
  const { height } = document.documentElement.getBoundingClientRect();
  window.parent.postMessage({ storefront: 'height', height, asks: !isHeard }, '*');
}

/** The website's script may begin later than this one. @param {number} left how often it is told */
function repeatHeight(left) {
  if (isHeard || !left) return;
  tellHeight();
  window.setTimeout(repeatHeight, GREETING_MS, left - 1);
}

window.addEventListener('message', ({ source, data }) => {
  if (source !== window.parent || !data || data.storefront !== 'embed') return;
  isHeard = true;
  if (form instanceof HTMLElement) form.dataset.arrival = String(data.arrival).slice(0, 3000);
  tellHeight();
});
new ResizeObserver(tellHeight).observe(document.documentElement);
repeatHeight(MOST_GREETINGS);

/** @param {string} address of the order's page, which takes the place of the website around the frame */
function openOutside(address) {
  try {
    if (window.top) window.top.location.href = address;
  } catch {
    // A sandbox, or a browser that wants a press for it: there is a link.
  }
}

// A bank's page has led back into the frame.
const returned = document.getElementById('returned');
if (returned?.dataset.order) openOutside(new URL(returned.dataset.order, window.location.href).href);

/**
 * Open the order's page in place of the website around the frame. Where the browser refuses that, the frame says what
 * happened and links to the page.
 * @param {string} url @param {boolean} isPaid
 */
export function leaveFrame(url, isPaid) {
  const address = new URL(url, window.location.href).href;
  const message = /** @type {HTMLElement} */ (document.querySelector('#paid'));
  const status = /** @type {HTMLElement} */ (message.querySelector('[role=status]'));
  /** @type {HTMLAnchorElement} */ (message.querySelector('a')).href = address;
  if (form instanceof HTMLElement) form.hidden = true;
  message.hidden = false;
  status.textContent = (isPaid ? status.dataset.paid : status.dataset.checking) ?? '';
  message.scrollIntoView({ block: 'nearest' });
  openOutside(address);
}

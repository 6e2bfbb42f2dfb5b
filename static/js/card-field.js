/**
 * Stripe's card field in a form of ours: loaded from Stripe, looking like the page around it, speaking its language.
 * The form says how: `data-key`, `data-locale`, `data-postal`. Whoever asks for it mounts it in `#card-element`.
 */

/**
 * @typedef {import('@stripe/stripe-js').Stripe} Stripe
 * @typedef {import('@stripe/stripe-js').StripeCardElement} Card
 * @typedef {{stripe: Stripe, card: Card, empty: boolean}} Fields `empty`: nothing has been typed yet
 */

/** @param {HTMLFormElement} form @returns {Promise<Fields | undefined>} undefined when Stripe.js can't be loaded */
export function cardField(form) {
  return stripeIsThere()
    .then(() => makeCard(form))
    .catch((failure) => void console.error(failure));
}

/** Resolves when Stripe.js has run; also when it never will: the page's `load` waits for its scripts. */
function stripeIsThere() {
  return new Promise((resolve) => {
    if (window.Stripe || document.readyState === 'complete') resolve(undefined);
    document.querySelector('#stripe-js')?.addEventListener('load', resolve);
    window.addEventListener('load', resolve);
  });
}

/** @param {HTMLFormElement} form @returns {Fields | undefined} */
function makeCard(form) {
  if (!window.Stripe) return undefined;
  const locale = /** @type {'auto' | 'en' | 'ru'} */ (form.dataset.locale);
  const stripe = window.Stripe(form.dataset.key ?? '', { locale });
  const hidePostalCode = !('postal' in form.dataset);
  const card = stripe.elements({ locale }).create('card', { style: cardStyle(), hidePostalCode });
  const fields = { stripe, card, empty: true };
  card.on('change', ({ empty }) => {
    fields.empty = empty;
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => card.update({ style: cardStyle() }));
  return fields;
}

/** How the page's own fields look, told to Stripe's frame, which can't see our stylesheet. */
function cardStyle() {
  const place = window.getComputedStyle(/** @type {HTMLElement} */ (document.querySelector('#card-element')));
  const page = window.getComputedStyle(document.documentElement);
  const muted = page.getPropertyValue('--muted').trim();
  const danger = page.getPropertyValue('--danger').trim();
  return {
    base: {
      color: place.color,
      iconColor: muted,
      fontFamily: place.fontFamily,
      fontSize: place.fontSize,
      fontSmoothing: 'antialiased',
      '::placeholder': { color: muted },
    },
    invalid: { color: danger, iconColor: danger },
  };
}

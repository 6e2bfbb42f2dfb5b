/**
 * Creates Stripe's card field with the page's style and language. The form configures it with `data-key`, `data-locale`
 * and `data-postal`. The caller mounts it in `#card-element`.
 */

/**
 * @typedef {import('@stripe/stripe-js').Stripe} Stripe
 * @typedef {import('@stripe/stripe-js').StripeCardElement} Card
 * @typedef {{stripe: Stripe, card: Card, empty: boolean}} CardField `empty`: nothing has been typed yet
 */

/** @param {HTMLFormElement} form @returns {Promise<CardField | undefined>} undefined if Stripe.js can't be loaded */
export function createCardField(form) {
  return stripeLoaded()
    .then(() => buildCardField(form))
    .catch((failure) => void console.error(failure));
}

/** Resolves when Stripe.js has run or has failed to load: the page's `load` event comes after all scripts. */
function stripeLoaded() {
  return new Promise((resolve) => {
    if (window.Stripe || document.readyState === 'complete') resolve(undefined);
    document.querySelector('#stripe-js')?.addEventListener('load', resolve);
    window.addEventListener('load', resolve);
  });
}

/** @param {HTMLFormElement} form @returns {CardField | undefined} */
function buildCardField(form) {
  if (!window.Stripe) return undefined;
  const locale = /** @type {'auto' | 'en' | 'ru'} */ (form.dataset.locale);
  const stripe = window.Stripe(form.dataset.key ?? '', { locale });
  const hidePostalCode = !('postal' in form.dataset);
  const card = stripe.elements({ locale }).create('card', { style: cardStyle(), hidePostalCode, disableLink: true });
  const field = { stripe, card, empty: true };
  card.on('change', ({ empty }) => {
    field.empty = empty;
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => card.update({ style: cardStyle() }));
  return field;
}

/** The look of the page's own fields. Stripe's iframe can't see our style sheet, so it gets the values. */
function cardStyle() {
  const container = window.getComputedStyle(/** @type {HTMLElement} */ (document.querySelector('#card-element')));
  const page = window.getComputedStyle(document.documentElement);
  const muted = page.getPropertyValue('--muted').trim();
  const danger = page.getPropertyValue('--danger').trim();
  return {
    base: {
      color: container.color,
      iconColor: muted,
      fontFamily: container.fontFamily,
      fontSize: container.fontSize,
      fontSmoothing: 'antialiased',
      '::placeholder': { color: muted },
    },
    invalid: { color: danger, iconColor: danger },
  };
}

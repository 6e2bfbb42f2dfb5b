/**
 * Apple Pay, Google Pay and Link above the card: Stripe's Express Checkout Element. Where this browser has no wallet, nothing is
 * shown and nothing stays. The order is made after the customer has confirmed in the wallet's window.
 */

import { form, messages, run, showError } from './payment-form.js';

/**
 * @typedef {import('@stripe/stripe-js').Stripe} Stripe
 * @typedef {import('@stripe/stripe-js').StripeExpressCheckoutElementClickEvent} Click
 * @typedef {import('@stripe/stripe-js').StripeExpressCheckoutElementConfirmEvent} Confirmed
 * @typedef {{name: string, amount: number}} LineItem
 * @typedef {{mode: 'payment' | 'subscription', amount: number, currency: string} | {mode: 'setup', currency: string}} Terms
 * @typedef {{client_secret?: string, intent?: string, order?: string, publishable_key?: string}} Answer
 * @typedef {object} Checkout
 * @property {string[]} names of wallets, as Stripe's API has them
 * @property {Stripe} stripe
 * @property {() => Terms | undefined} terms what is charged first now; undefined where nothing is
 * @property {() => boolean} check shows what is missing; whether the window may open
 * @property {() => string} seen the amounts that the page shows, as the shop is told them
 * @property {() => LineItem[]} lines what the first charge consists of; empty where that is one thing
 * @property {(seen: string) => Promise<Answer | undefined>} start makes the order, if that is its price
 * @property {(answer: Answer | undefined) => Promise<boolean>} refused shows why there is nothing to confirm
 * @property {(result: any, order: string) => Promise<boolean>} finish shows the outcome
 * @property {(order: string) => string} returnUrl
 */

const container = /** @type {HTMLElement} */ (form.querySelector('#express-checkout'));
const never = /** @type {const} */ ({ amazonPay: 'never', klarna: 'never', paypal: 'never' });

/**
 * @param {Checkout} checkout
 * @returns {{update: () => void, remove: () => void} | undefined} `update` after each change of what is charged; undefined where nothing is
 */
export function offerWallets(checkout) {
  const terms = checkout.terms();
  if (!terms) return undefined;
  const { stripe } = checkout;
  const locale = /** @type {'auto' | 'en' | 'ru'} */ (form.dataset.locale);
  // Stripe refuses a payment whose intent takes other types than the page has said.
  /** @param {string} name @returns {'auto' | 'never'} */
  const offer = (name) => (checkout.names.includes(name) ? 'auto' : 'never');
  const allowedPaymentMethodTypes = offer('link') === 'auto' ? ['card', 'link'] : ['card'];
  const elements = stripe.elements({ ...terms, locale, allowedPaymentMethodTypes });
  const element = elements.create('expressCheckout', {
    paymentMethods: { ...never, applePay: offer('apple_pay'), googlePay: offer('google_pay'), link: offer('link') },
    emailRequired: true,
    billingAddressRequired: true,
    buttonHeight: 48,
  });
  let isAvailable = false;
  const show = () => (container.hidden = !isAvailable || !checkout.terms());
  element.on('ready', ({ availablePaymentMethods }) => {
    isAvailable = Boolean(availablePaymentMethods);
    container.classList.remove('waiting');
    if (!isAvailable) {
      element.unmount();
      container.replaceChildren();
    }
    show();
  });
  element.on('loaderror', () => {
    container.classList.remove('waiting');
    container.replaceChildren();
    container.hidden = true;
  });
  let seen = '';
  element.on('click', (/** @type {Click} */ event) => {
    if (!checkout.check()) return event.reject();
    // The window keeps its amount: a price that changes while it is open is refused by the shop.
    seen = checkout.seen();
    const lineItems = checkout.lines();
    return event.resolve(lineItems.length ? { lineItems } : {});
  });
  element.on('confirm', (/** @type {Confirmed} */ event) => void run(() => confirm(checkout, elements, event, seen)));
  container.classList.add('waiting');
  container.hidden = false;
  element.mount(container);
  const update = () => {
    const changed = checkout.terms();
    if (changed) elements.update(changed);
    if (!container.classList.contains('waiting')) show();
  };
  const remove = () => {
    element.destroy();
    container.replaceChildren();
    container.classList.remove('waiting');
    container.hidden = true;
  };
  return { update, remove };
}

/**
 * @param {Checkout} checkout @param {import('@stripe/stripe-js').StripeElements} elements @param {Confirmed} event
 * @param {string} seen the amounts that the window was opened with
 * @returns {Promise<boolean>} true if the browser leaves the page
 */
async function confirm(checkout, elements, event, seen) {
  const submitted = await elements.submit();
  if (submitted.error) {
    event.paymentFailed({ reason: 'fail' });
    return showError(submitted.error.message ?? messages.not_possible);
  }
  fillIn('email', event.billingDetails?.email);
  fillIn('name', event.billingDetails?.name);
  const answer = await checkout.start(seen);
  if (!answer?.client_secret || !answer.order || answer.publishable_key) {
    event.paymentFailed({ reason: 'fail' });
    return checkout.refused(answer);
  }
  const options = {
    elements,
    clientSecret: answer.client_secret,
    confirmParams: { return_url: checkout.returnUrl(answer.order) },
    redirect: /** @type {const} */ ('if_required'),
  };
  const result = await (answer.intent === 'setup'
    ? checkout.stripe.confirmSetup(options)
    : checkout.stripe.confirmPayment(options));
  if (result.error) event.paymentFailed({ reason: 'fail' });
  return checkout.finish(result, answer.order);
}

/** What the customer has not typed comes from the wallet. @param {string} id @param {string | undefined} value */
function fillIn(id, value) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector(`#${id}`));
  if (input && value && !input.value.trim()) input.value = value;
}

/**
 * The payment form of an offer or an order. The server creates the payment, Stripe.js confirms it with the typed or the
 * saved card, and the browser goes on to the order's page. After an error the form stays as it was typed.
 */

import { billingAddress, checkCard, createCardFields, fieldOfCode, mountCardFields, removeCardFields } from './card-fields.js';
import {
  TIMEOUT_MS,
  button,
  errorMessage,
  form,
  isBusy,
  messages,
  onSubmit,
  post,
  clearErrors,
  request,
  run,
  showError,
  showFieldError,
  showInvalidFields,
  showProgress,
  showSlowMessageLater,
  tooMany,
  wait,
} from './payment-form.js';

/**
 * @typedef {import('./card-fields.js').CardFields} CardFields
 * @typedef {{succeeded: string, checking: string, succeeded_unreachable: string, checking_unreachable: string,
 *   not_charged: string, card_again: string, missing: Record<string, string>}} CheckoutMessages `missing`: by the name of an empty field
 * @typedef {{client_secret?: string, intent?: string, next?: string, order?: string, error?: string,
 *   challenge?: object, publishable_key?: string, errors?: Record<string, string[]>, price?: string, terms?: Record<string, string>}} Answer
 */

const RETRY_AFTER_MS = 2000;

const texts = /** @type {typeof messages & CheckoutMessages} */ (messages);
const isEmbedded = document.documentElement.classList.contains('embedded');
const visit = form.dataset.visit && visitKey(form.dataset.visit);

/** @returns {Promise<boolean>} true if the browser leaves the page, false after an error */
async function pay() {
  showProgress(texts.sending);
  const refused = await applyPendingPrice(true);
  if (refused !== undefined) return refused;
  const isFree = form.hasAttribute('data-free');
  const card = isFree ? undefined : await Promise.race([cardFields, wait(TIMEOUT_MS)]);
  if (!card && !isFree) return showError(texts.card_field_blocked);
  // An incomplete form must not make an order. The shop checks the rest of name, email and quantity.
  const isFilled = [checkRequiredFields(), !card || savedCard() || (await checkCard(card))].every(Boolean);
  if (!isFilled) return showErrors(card);
  const answer = await startPaymentWithProof();
  if (!answer) return showError(texts.shop_unreachable);
  const isForCard = answer.client_secret && !answer.publishable_key;
  if (!card || !isForCard || !answer.order) return answerWithoutSecret(answer, card);
  return confirm(card, answer.client_secret ?? '', answer.intent, `/orders/${answer.order}`);
}

/** @param {Answer} answer of the shop, which has nothing to confirm with this card @param {CardFields} [card] */
async function answerWithoutSecret(answer, card) {
  if (answer.publishable_key && card) return askForCardAgain(answer.publishable_key, card);
  if (answer.terms) applyTerms(answer.price ?? '', answer.terms);
  // Of a price that the server computes, the page shows the new one before the button is pressed again.
  if (answer.errors?.price && promo) await (await loadPriceQuote()).ask();
  if (answer.errors) return showAnsweredErrors(answer.errors, card);
  if (answer.next) return goTo(answer.next, texts.checking, texts.checking_unreachable);
  return showError(answer.error ?? texts.not_possible);
}

/** Like `startPayment`; solves the proof of work that the shop asks for after too many declined cards. */
async function startPaymentWithProof(seen = seenAmounts()) {
  const answer = await startPayment(seen);
  if (!answer?.challenge) return answer;
  const { solveChallenge } = await import('./proof-of-work.js');
  const proof = await solveChallenge(answer.challenge);
  return proof ? startPayment(seen, proof) : answer;
}

/** The amounts that the page shows. */
function seenAmounts() {
  return form.dataset.seen ?? `${form.dataset.currency} ${Number(form.dataset.unit) * quantity()}`;
}

/** @param {string} seen @param {string} [proof] @returns {Promise<Answer | undefined>} undefined if the shop can't be reached */
async function startPayment(seen, proof) {
  const body = new FormData(form);
  if (proof) body.set('proof', proof);
  body.set('publishable_key', form.dataset.key ?? '');
  if (visit) {
    body.set('visit', visit);
    body.set('seen', seen);
    body.set('terms', form.dataset.terms ?? '');
    addArrival(body);
  }
  return post(form.action, body);
}

/**
 * @param {CardFields} fields @param {string} secret the intent's client secret
 * @param {string | undefined} intent "payment" or "setup" @param {string} orderUrl
 */
async function confirm(fields, secret, intent, orderUrl) {
  const { stripe, card } = fields;
  showProgress(texts.bank_check);
  if (savedCard() && form.hasAttribute('data-saved-link')) return confirmLink(fields, secret, orderUrl);
  const options = {
    payment_method: savedCard() || { card, billing_details: billingDetails() },
    return_url: returnUrl(orderUrl),
  };
  const result = await (intent === 'setup'
    ? stripe.confirmCardSetup(secret, options)
    : stripe.confirmCardPayment(secret, options));
  return showResult(result, orderUrl, fields);
}

/**
 * Link that was saved is confirmed as itself: `confirmCardPayment` takes cards only.
 * @param {CardFields} fields @param {string} secret @param {string} orderUrl
 */
async function confirmLink(fields, secret, orderUrl) {
  const confirmParams = { payment_method: form.dataset.saved, return_url: returnUrl(orderUrl) };
  const result = await fields.stripe.confirmPayment({ clientSecret: secret, confirmParams, redirect: 'if_required' });
  return showResult(result, orderUrl, fields);
}

/** Some banks redirect instead of showing their page in a frame. @param {string} orderUrl */
function returnUrl(orderUrl) {
  return new URL(isEmbedded ? `${orderUrl}/framed` : orderUrl, window.location.href).href;
}

/**
 * @param {import('@stripe/stripe-js').PaymentIntentResult | import('@stripe/stripe-js').SetupIntentResult} result
 * @param {string} orderUrl @param {CardFields} fields
 */
async function showResult(result, orderUrl, fields) {
  // With `*_intent_unexpected_state` the intent has already succeeded or failed: the order's page shows the outcome.
  if (result.error && !/intent_unexpected_state$/.test(result.error.code ?? '')) {
    const id = result.error.type === 'validation_error' && fieldOfCode(result.error.code ?? '');
    const message = errorMessage(result.error, texts.not_charged);
    if (!id) return showError(message);
    showFieldError(id, message);
    return showErrors(fields);
  }
  const confirmed = 'setupIntent' in result ? result.setupIntent : 'paymentIntent' in result && result.paymentIntent;
  if (confirmed && confirmed.status === 'succeeded') {
    return goTo(`${orderUrl}/thank-you`, texts.succeeded, texts.succeeded_unreachable);
  }
  return goTo(orderUrl, texts.checking, texts.checking_unreachable);
}

/** Without name and email if the form doesn't ask for them: Stripe knows the customer then. */
function billingDetails() {
  const typed = new FormData(form);
  const customer = typed.has('email') ? { email: String(typed.get('email')), name: String(typed.get('name')) } : {};
  return { ...customer, ...billingAddress() };
}

/**
 * Go to a page of the order once the shop answers: a customer who has paid must never see the browser's error page.
 * @param {string} url @param {string} progress @param {string} offline the message while the shop doesn't answer
 */
async function goTo(url, progress, offline) {
  showProgress(progress);
  for (;;) {
    const response = await request(url, { method: 'HEAD' });
    if (response && response.status < 500) {
      // The owner's own page may follow at once, which marks nothing.
      if (new URL(response.url).pathname.endsWith('/thank-you')) endVisit();
      break;
    }
    showProgress(offline);
    await wait(RETRY_AFTER_MS);
  }
  if (!isEmbedded) window.location.assign(url);
  else await leaveFrame(url);
  return true;
}

/** The order's page takes the place of the website around the frame. @param {string} url */
async function leaveFrame(url) {
  const isPaid = url.endsWith('/thank-you');
  const embedded = await import('./embedded.js');
  showProgress('');
  embedded.leaveFrame(url, isPaid);
}

/** Mark the visit as over: opening the offer again starts a new purchase. See order-page.js, which does it as well. */
function endVisit() {
  try {
    if (visit) localStorage.setItem(`${form.dataset.visit}-over`, visit);
  } catch {
    // Without localStorage there is nothing to mark.
  }
}

/* ------------------------------------------------------------ errors */

/** Says at each required field that is empty what is missing, and at the quantity that there is not so much. @param {string[]} [known] names of fields that may be empty @returns {boolean} whether none is */
function checkRequiredFields(known = []) {
  const fields = /** @type {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]} */ ([
    ...form.querySelectorAll('input, select, textarea'),
  ]);
  let isComplete = true;
  for (const field of fields) {
    // A question has its own message on it.
    const missing = texts.missing[field.name] ?? (field.required && field.dataset.missing);
    if (missing && !known.includes(field.name) && !valueOf(field).trim()) isComplete = showFieldError(field.id, missing);
  }
  // The shop would answer that the price has changed.
  if (quantityInput?.validity.rangeOverflow) isComplete = showFieldError('quantity', tooMany(quantityInput));
  return isComplete;
}

/** Each error next to its field, all others in the alert. @param {Record<string, string[]>} errors @param {CardFields} [card] */
function showAnsweredErrors(errors, card) {
  const others = [];
  for (const [name, sentences] of Object.entries(errors)) {
    const id = form.querySelector(`[name="${name}"]`)?.id || name;
    if (document.getElementById(`${id}-error`)) showFieldError(id, sentences.join(' '));
    else others.push(...sentences);
  }
  return others.length ? showError(others.join(' ')) : showErrors(card);
}

/** @param {CardFields} [card] */
function showErrors(card) {
  return showInvalidFields((id) => card?.fields.find((field) => field.id === id)?.element.focus());
}

/* ------------------------------------------------------------ card fields */

/** @type {Promise<CardFields | undefined>} */
let cardFields = createCardFields();
showSlowMessageLater();
cardFields.then((card) => {
  if (!isBusy()) showProgress('');
  if (!card) return void showError(texts.card_field_blocked);
  showCardFields(card);
  form.addEventListener('change', () => void cardFields.then((present) => present && showCardFields(present)));
});

/**
 * Another account is paid: a card that was typed for the first one can't be used there, and neither can its wallets.
 * @param {string} key the account's publishable key @param {CardFields} former
 */
async function askForCardAgain(key, former) {
  form.dataset.key = key;
  delete form.dataset.wallets;
  removeWallets();
  removeCardFields(former);
  cardFields = createCardFields();
  const card = await cardFields;
  if (!card) return showError(texts.card_field_blocked);
  showCardFields(card);
  return showError(texts.card_again);
}

/** Mount Stripe's frames when they are first visible: no card is typed while the saved one is chosen. @param {CardFields} card */
function showCardFields(card) {
  const container = /** @type {HTMLElement} */ (form.querySelector('#card-element'));
  container.hidden = Boolean(savedCard()) || form.hasAttribute('data-free');
  if (!container.hidden) mountCardFields(card);
}

/** The saved card's id if it is chosen. */
function savedCard() {
  return new FormData(form).get('with') === 'saved' && form.dataset.saved;
}

/* ------------------------------------------------------------ typed name, email and answers */

// They survive a reload in this tab. What the shop has filled in comes first.
const typedKey = `typed ${window.location.pathname}`;
const keptFields = /** @type {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]} */ ([
  ...form.querySelectorAll('#email, #name, [data-keep]'),
]);
try {
  const typed = JSON.parse(sessionStorage.getItem(typedKey) ?? '{}');
  for (const field of keptFields) {
    if (field.type === 'checkbox') /** @type {HTMLInputElement} */ (field).checked ||= Boolean(typed[field.id]);
    else field.value ||= typed[field.id] ?? '';
  }
} catch {
  // Without sessionStorage the browser keeps them if it wants to.
}
form.addEventListener('input', () => {
  try {
    const typed = Object.fromEntries(keptFields.map((field) => [field.id, valueOf(field)]));
    sessionStorage.setItem(typedKey, JSON.stringify(typed));
  } catch {
    // As above.
  }
});

/** @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field @returns {string} "" for a box that is not ticked */
function valueOf(field) {
  return field instanceof HTMLInputElement && field.type === 'checkbox' && !field.checked ? '' : field.value;
}

/* ------------------------------------------------------------ visit key */

/**
 * A random key (160 bits) for this visit of the offer. A second submit, a reload or another tab sends the same key and
 * so gets the same order. After the purchase (see order-page.js) the Back button keeps the key, so that nobody pays
 * twice; opening the offer again makes a new one.
 * @param {string} name of the entry in localStorage
 */
function visitKey(name) {
  try {
    const [navigation] = performance.getEntriesByType('navigation');
    const isBack = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'back_forward';
    const stored = localStorage.getItem(name);
    const isOver = stored === localStorage.getItem(`${name}-over`);
    const key = stored && (isBack || !isOver) ? stored : randomKey();
    localStorage.setItem(name, key);
    return key;
  } catch {
    return randomKey();
  }
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* ------------------------------------------------------------ where the customer came from */

/** The campaign in the page's address, and the page with the link to it: sent with the order, stored nowhere. @param {FormData} body */
function addArrival(body) {
  // Inside of another website, that website's script says it.
  const sent = new URLSearchParams(form.dataset.arrival ?? window.location.search);
  for (const [name, value] of sent) if (name.startsWith('utm_')) body.set(name, value);
  body.set('referrer', sent.get('referrer') ?? document.referrer.replace(/[?#].*/, ''));
}

// The page is the same for every campaign and code, so its links to other languages don't have them.
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('.language-switch a'))) {
  const address = new URL(link.href);
  const missing = [...new URLSearchParams(window.location.search)].filter(([name]) => !address.searchParams.has(name));
  for (const [name, value] of missing) address.searchParams.append(name, value);
  if (missing.length) link.href = address.pathname + address.search;
}

/* ------------------------------------------------------------ prices that the server computes */

const promo = /** @type {HTMLDetailsElement | null} */ (form.querySelector('.promo'));
/** @type {Promise<typeof import('./price-quote.js')> | undefined} */
let priceQuote;
let isPricePending = () => false;

function loadPriceQuote() {
  priceQuote ??= import('./price-quote.js').then((loaded) => {
    const onChange = () => {
      updateAmounts();
      void cardFields.then((card) => card && showCardFields(card));
    };
    isPricePending = loaded.isPending;
    loaded.watchQuote({ visit: visit || '', unreachable: texts.shop_unreachable, onChange });
    return loaded;
  });
  return priceQuote;
}

/**
 * A code that was typed and not applied, or a price that the shop is computing: the customer sees it before paying.
 * @param {boolean} [isSameFine] go on if it is the price that was shown @returns {Promise<false | undefined>}
 */
async function applyPendingPrice(isSameFine) {
  const loaded = await priceQuote;
  if (!loaded?.isPending()) return undefined;
  const { seen } = form.dataset;
  const quote = await loaded.settle();
  if (quote && isSameFine && form.dataset.seen === seen) return undefined;
  return quote ? showError(quote.changed ?? '') : showErrors();
}

if (promo) {
  const code = new URLSearchParams(window.location.search).get('code');
  promo.addEventListener('toggle', loadPriceQuote, { once: true });
  if (code) {
    promo.hidden = false;
    promo.open = true;
    /** @type {HTMLInputElement} */ (promo.querySelector('#code')).value = code;
    void loadPriceQuote().then((loaded) => loaded.applyCode());
  }
  if (form.dataset.seen || form.querySelector('[data-quote]')) {
    const country = /** @type {HTMLSelectElement | null} */ (form.querySelector('#country[data-quote]'));
    // What was chosen before a reload has a price already.
    void loadPriceQuote().then((loaded) => (country?.value ? loaded.ask() : undefined));
  }
}

/* ------------------------------------------------------------ wallets */

let updateWallets = () => {};
let removeWallets = () => {};
// Neither a script nor a frame is loaded where the account has no wallets, or the browser knows none.
if (offeredWallets().length) void addWallets();

/** The wallets of the account that this browser may have: Link is a website, the others are in the browser. */
function offeredWallets() {
  const names = form.dataset.wallets?.split(' ') ?? [];
  const knowsWallets = 'ApplePaySession' in window || 'PaymentRequest' in window;
  // The website around a frame decides whether it may ask for payments: `allow="payment"`. Safari doesn't tell.
  const { featurePolicy } = /** @type {{featurePolicy?: {allowsFeature(name: string): boolean}}} */ (
    /** @type {unknown} */ (document)
  );
  const mayAsk = knowsWallets && (featurePolicy?.allowsFeature('payment') ?? true);
  return names.filter((name) => name === 'link' || mayAsk);
}

async function addWallets() {
  const fields = await cardFields;
  if (!fields) return;
  const { offerWallets } = await import('./wallets.js');
  const names = offeredWallets();
  // Meanwhile the page may have gone over to another account.
  if (!names.length) return;
  const wallets = offerWallets({
    names,
    stripe: fields.stripe,
    terms: firstCharge,
    check: mayOpenWallet,
    seen: seenAmounts,
    lines: () => JSON.parse(form.dataset.lines || '[]'),
    start: startPaymentWithProof,
    refused: async (answer) => (answer ? answerWithoutSecret(answer, fields) : showError(texts.shop_unreachable)),
    finish: (result, order) => showResult(result, `/orders/${order}`, fields),
    returnUrl: (order) => returnUrl(`/orders/${order}`),
  });
  updateWallets = () => wallets?.update();
  removeWallets = () => {
    updateWallets = () => {};
    wallets?.remove();
  };
}

/** What is charged when the customer confirms. @returns {import('./wallets.js').Terms | undefined} undefined where no card is needed */
function firstCharge() {
  if (form.hasAttribute('data-free')) return undefined;
  const [kind, , , trialDays] = (form.dataset.terms ?? '').split('-');
  const currency = (form.dataset.currency ?? '').toLowerCase();
  const shown = form.dataset.seen?.split(' ')[1] ?? form.dataset.due;
  const amount = Number(shown ?? (Number(trialDays) > 0 ? 0 : Number(form.dataset.unit) * quantity()));
  if (!amount) return { mode: 'setup', currency };
  const mode = form.dataset.mode ?? (!kind || kind === 'one_off' ? 'payment' : 'subscription');
  return { mode: /** @type {'payment' | 'subscription'} */ (mode), amount, currency };
}

/** Email and name come from the wallet; all else must be there before its window opens. */
function mayOpenWallet() {
  clearErrors();
  if (!checkRequiredFields(['email', 'name'])) return showErrors();
  // The code is applied now, or the price is on its way: the customer sees it before the window opens.
  if (!isPricePending()) return true;
  void run(async () => (await applyPendingPrice()) ?? false);
  return false;
}

/* ------------------------------------------------------------ quantity and amounts */

const quantityInput = /** @type {HTMLInputElement | null} */ (form.querySelector('#quantity'));
quantityInput?.addEventListener('input', updateAmounts);

/** The quantity that was typed; the least one while it is invalid. */
function quantity() {
  return quantityInput?.value && quantityInput.validity.valid ? quantityInput.valueAsNumber : Number(quantityInput?.min ?? 1);
}

/** Show each amount on the page for the typed quantity, once it is valid. */
function updateAmounts() {
  if (!quantityInput || (quantityInput.value && quantityInput.validity.valid)) showAmounts();
}

function showAmounts() {
  for (const element of form.querySelectorAll('[data-times]')) element.textContent = formatAmount(element);
  // What the server computes is not that of all units.
  if (!form.dataset.seen) button.textContent = (form.dataset.button ?? '').replace('{}', formatAmount());
  updateWallets();
}

/**
 * The price as the server formats it, with the number replaced.
 * @param {Element} [element] its `data-times` is how many times the price is charged
 */
function formatAmount(element) {
  const { unit, decimals, shownDecimals, language, price = '' } = form.dataset;
  const digits = Number(shownDecimals);
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const times = Number(element?.getAttribute('data-times') ?? 1);
  return price.replace(/\d(.*\d)?/, format.format((Number(unit) * quantity() * times) / 10 ** Number(decimals)));
}

/** Show the new price after the offer has changed. @param {string} price @param {Record<string, string>} terms */
function applyTerms(price, terms) {
  Object.assign(form.dataset, terms, { price });
  for (const element of document.querySelectorAll('.unit-price')) element.textContent = price;
  updateAmounts();
}

if (quantityInput) updateAmounts();
if (form.querySelector('.options, #own-price')) void import('./choices.js').then(({ watchChoices }) => watchChoices(showAmounts));
onSubmit(pay);

// On a phone the bar with price and button is needed until the form fills the upper part of the screen or its own button
// is in sight.
const buyBar = document.querySelector('.buy-bar');
if (buyBar) {
  /** @type {Set<Element>} */
  const inView = new Set();
  const watch = (/** @type {Element} */ element, /** @type {string} */ rootMargin) =>
    new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) inView.add(element); else inView.delete(element);
      buyBar.classList.toggle('off', inView.size > 0);
    }, { rootMargin }).observe(element);
  watch(button, '0px');
  watch(form, '0px 0px -66% 0px');
}

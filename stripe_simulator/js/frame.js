/** An element's frame: builds its fields and reports their state to the page. */

import { brandOf } from './brands.js';
import { answerForCard } from './card-data.js';
import { Card } from './card.js';
import { connect, readConfig } from './channel.js';
import { drawIcon, makeIcon } from './icons.js';
import { arrange } from './layout.js';
import { applyStyle, loadFonts } from './style.js';
import { messagesFor } from './messages.js';

/**
 * @typedef {object} ElementOptions
 * @property {unknown} [style]
 * @property {string} [placeholder]
 * @property {boolean} [disabled]
 * @property {boolean} [hidePostalCode]
 * @property {boolean} [hideIcon]
 * @property {boolean} [disableLink] Stripe offers its wallet Link in the field unless this is true
 * @property {boolean} [showIcon]
 * @property {{postalCode?: string}} [value]
 */

/**
 * @type {{type: import('./card.js').CardType, group: string, language: string, fonts: unknown,
 *   options: ElementOptions, channel: string, parent: string}}
 */
const config = readConfig();
const page = connect(config);
const card = new Card(config.type, config.language, {
  onChange: show,
  leave: (back) => page.send('leave', { back }),
});
const icon = makeIcon();
const fields = document.createElement('div');
fields.className = `fields fields--${config.type}`;
fields.append(icon, ...card.inputs.map((input) => input.box));
const link = document.createElement('button');
link.type = 'button';
link.id = 'link';
link.textContent = 'link';
const brandChannel = new BroadcastChannel(`card-brand-${config.group}`);
let lastPayload = '';

/** @param {ElementOptions} options */
function apply(options) {
  card.postal = config.type === 'card' && !options.hidePostalCode;
  icon.toggleAttribute('hidden', config.type === 'card' ? Boolean(options.hideIcon) : !options.showIcon);
  if (!card.inputOf('cardNumber')) icon.toggleAttribute('hidden', true);
  if ((config.type === 'card' || config.type === 'cardNumber') && !options.disableLink) fields.append(link);
  else link.remove();
  const messages = messagesFor(card.language);
  document.documentElement.lang = card.language;
  for (const { kind, input, box } of card.inputs) {
    const own = config.type === 'card' ? undefined : options.placeholder;
    const number = config.type === 'cardNumber' ? '1234 1234 1234 1234' : undefined;
    input.placeholder = own ?? number ?? messages.placeholders[kind.name];
    input.setAttribute('aria-label', messages.labels[kind.name]);
    input.disabled = Boolean(options.disabled);
    box.hidden = kind.name === 'postalCode' && !card.postal;
  }
  const postal = options.value?.postalCode;
  if (postal !== undefined) card.inputOf('postalCode')?.set(String(postal));
  applyStyle(options.style);
  show();
}

/** Updates classes, icon and layout, and reports the state. */
function show() {
  const payload = card.payload();
  const invalid = Boolean(payload.error);
  for (const field of card.inputs) {
    const { complete, code } = field.validation();
    field.input.classList.add('input');
    field.input.classList.toggle('is-empty', !field.value);
    field.input.classList.toggle('is-complete', complete);
    field.input.classList.toggle('is-invalid', Boolean(code));
    field.input.setAttribute('aria-invalid', String(Boolean(code)));
  }
  fields.classList.toggle('is-empty', payload.empty);
  fields.classList.toggle('is-complete', payload.complete);
  fields.classList.toggle('is-invalid', invalid);
  drawIcon(icon, invalid ? 'invalid' : brandOf(card.valueOf('cardNumber')).name);
  arrange(fields, card.visibleInputs());
  reportState(payload, invalid);
}

/**
 * Sends a `change` event when its payload has changed, not for each key.
 * @param {ReturnType<Card['payload']>} payload @param {boolean} invalid
 */
function reportState(payload, invalid) {
  const webkitAutofill = card.inputs.some((field) => field.input.matches(':autofill'));
  const focus = fields.contains(document.activeElement);
  page.send('state', {
    state: { empty: payload.empty, complete: payload.complete, invalid, focus, webkitAutofill },
  });
  const now = JSON.stringify(payload);
  if (now === lastPayload) return;
  if (lastPayload) page.send('event', { name: 'change', payload });
  lastPayload = now;
  if (payload.brand) brandChannel.postMessage({ brandOf: card.valueOf('cardNumber').slice(0, 6) });
}

fields.addEventListener('focusin', (event) => {
  if (!event.relatedTarget) page.send('event', { name: 'focus' });
  show();
});
fields.addEventListener('focusout', (event) => {
  if (!event.relatedTarget) page.send('event', { name: 'blur' });
});
fields.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') page.send('event', { name: 'escape' });
  if (event.key === 'Enter') page.send('enter');
});

page.on('focus', () => {
  const unfinished = card.visibleInputs().find((field) => !field.validation().complete) ?? card.inputs[0];
  window.focus();
  unfinished?.input.focus();
});
page.on('blur', () => /** @type {HTMLElement | null} */ (document.activeElement)?.blur());
page.on('clear', () => {
  for (const field of card.inputs) field.clear();
  card.useBrand(brandOf(''));
  show();
});
page.on('update', ({ options, language, fonts }) => {
  if (language) card.language = language;
  if (fonts) void loadFonts(fonts);
  config.options = options ?? config.options;
  apply(config.options);
});

// The CVC may be in a separate frame, but its length depends on the number.
brandChannel.addEventListener('message', ({ data }) => {
  if (config.type !== 'cardCvc') return;
  card.useBrand(brandOf(data.brandOf));
  show();
});

answerForCard(config.group, config.channel, () => {
  const result = card.readForController();
  show();
  return result;
});

void loadFonts(config.fonts);
document.body.append(fields);
apply(config.options);
new ResizeObserver(() => {
  arrange(fields, card.visibleInputs());
  const { height } = fields.getBoundingClientRect();
  if (height) page.send('height', { height: Math.ceil(height) });
}).observe(fields);
page.send('loaded');

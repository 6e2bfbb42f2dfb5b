/** An element's frame: builds its fields and keeps the page told of how they stand. */

import { brandOf } from './brands.js';
import { answerForCard } from './card-data.js';
import { Card } from './card.js';
import { connect, readConfig } from './channel.js';
import { drawIcon, makeIcon } from './icons.js';
import { arrange } from './layout.js';
import { applyStyle, loadFonts } from './style.js';
import { wordsOf } from './words.js';

/**
 * @typedef {object} ElementOptions
 * @property {unknown} [style]
 * @property {string} [placeholder]
 * @property {boolean} [disabled]
 * @property {boolean} [hidePostalCode]
 * @property {boolean} [hideIcon]
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
  changed: show,
  leave: (back) => page.send('leave', { back }),
});
const icon = makeIcon();
const fields = document.createElement('div');
fields.className = `fields fields--${config.type}`;
fields.append(icon, ...card.inputs.map((input) => input.box));
const brandLine = new BroadcastChannel(`card-brand-${config.group}`);
let told = '';

/** @param {ElementOptions} options */
function apply(options) {
  card.postal = config.type === 'card' && !options.hidePostalCode;
  icon.toggleAttribute('hidden', config.type === 'card' ? Boolean(options.hideIcon) : !options.showIcon);
  if (!card.inputOf('cardNumber')) icon.toggleAttribute('hidden', true);
  const words = wordsOf(card.language);
  document.documentElement.lang = card.language;
  for (const { kind, input, box } of card.inputs) {
    const own = config.type === 'card' ? undefined : options.placeholder;
    const number = config.type === 'cardNumber' ? '1234 1234 1234 1234' : undefined;
    input.placeholder = own ?? number ?? words.placeholders[kind.name];
    input.setAttribute('aria-label', words.labels[kind.name]);
    input.disabled = Boolean(options.disabled);
    box.hidden = kind.name === 'postalCode' && !card.postal;
  }
  const postal = options.value?.postalCode;
  if (postal !== undefined) card.inputOf('postalCode')?.set(String(postal));
  applyStyle(options.style);
  show();
}

/** Everything that follows from the fields' text and focus. */
function show() {
  const payload = card.payload();
  const invalid = Boolean(payload.error);
  for (const field of card.inputs) {
    const { complete, code } = field.verdict();
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
  arrange(fields, card.asked());
  tell(payload, invalid);
}

/**
 * A `change` is sent when what it carries is something else than before, not at each key.
 * @param {ReturnType<Card['payload']>} payload @param {boolean} invalid
 */
function tell(payload, invalid) {
  const webkitAutofill = card.inputs.some((field) => field.input.matches(':autofill'));
  const focus = fields.contains(document.activeElement);
  page.send('state', {
    state: { empty: payload.empty, complete: payload.complete, invalid, focus, webkitAutofill },
  });
  const now = JSON.stringify(payload);
  if (now === told) return;
  if (told) page.send('event', { name: 'change', payload });
  told = now;
  if (payload.brand) brandLine.postMessage({ brandOf: card.valueOf('cardNumber').slice(0, 6) });
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
  const unfinished = card.asked().find((field) => !field.verdict().complete) ?? card.inputs[0];
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

// The CVC may stand in a frame of its own, but how long it is depends on the number.
brandLine.addEventListener('message', ({ data }) => {
  if (config.type !== 'cardCvc') return;
  card.useBrand(brandOf(data.brandOf));
  show();
});

answerForCard(config.group, config.channel, () => {
  const handed = card.hand();
  show();
  return handed;
});

void loadFonts(config.fonts);
document.body.append(fields);
apply(config.options);
new ResizeObserver(() => {
  arrange(fields, card.asked());
  const { height } = fields.getBoundingClientRect();
  if (height) page.send('height', { height: Math.ceil(height) });
}).observe(fields);
page.send('loaded');

/** The fields of one element: their common state, errors and focus order. */

import { brandOf } from './brands.js';
import { expiryOf, FIELDS_OF } from './fields.js';
import { FieldInput } from './input.js';
import { messagesFor } from './messages.js';

/**
 * @typedef {'card' | 'cardNumber' | 'cardExpiry' | 'cardCvc'} CardType
 * @typedef {{type: string, code: string, message: string}} FieldError
 */

export class Card {
  /**
   * @param {CardType} type @param {string} language
   * @param {{onChange: () => void, leave: (back: boolean) => void}} listener
   */
  constructor(type, language, { onChange, leave }) {
    this.type = type;
    this.language = language;
    this.postal = type === 'card';
    this.leave = leave;
    this.inputs = (FIELDS_OF[type] ?? []).map(
      (kind, at) =>
        new FieldInput(
          kind,
          () => {
            if (kind.name === 'cardNumber') this.useBrand(brandOf(this.valueOf('cardNumber')));
            onChange();
          },
          (back) => this.move(at, back),
        ),
    );
  }

  /** @param {import('./brands.js').Brand} brand */
  useBrand(brand) {
    this.brand = brand;
    for (const input of this.inputs) input.brand = brand;
    const cvc = this.inputOf('cardCvc');
    if (cvc) cvc.set(cvc.read(cvc.value));
  }

  /** @param {string} name */
  inputOf(name) {
    return this.inputs.find((input) => input.kind.name === name);
  }

  /** @param {string} name */
  valueOf(name) {
    return this.inputOf(name)?.value ?? '';
  }

  /** The inputs that are shown: the postal code may be hidden. */
  visibleInputs() {
    return this.inputs.filter((input) => this.postal || input.kind.name !== 'postalCode');
  }

  /** @param {number} from @param {boolean} back */
  move(from, back) {
    const next = this.visibleInputs()[from + (back ? -1 : 1)];
    if (!next) return this.leave(back);
    next.input.focus();
    if (back) next.input.setSelectionRange(next.input.value.length, next.input.value.length);
  }

  /** @returns {FieldError | undefined} */
  error() {
    const code = this.visibleInputs()
      .map((input) => input.validation().code)
      .find(Boolean);
    return code ? { type: 'validation_error', code, message: this.messageOf(code) } : undefined;
  }

  /** @param {string} code */
  messageOf(code) {
    /** @type {Record<string, string>} */
    const errors = messagesFor(this.language).errors;
    return errors[code] ?? code;
  }

  /** The payload of a `change` event, without the element's type. */
  payload() {
    const asked = this.visibleInputs();
    const brand = brandOf(this.valueOf('cardNumber')).name;
    return {
      empty: asked.every((input) => !input.value),
      complete: asked.every((input) => input.validation().complete),
      error: this.error(),
      value: this.type === 'card' ? { postalCode: this.postal ? this.valueOf('postalCode') : '' } : undefined,
      ...(this.inputOf('cardNumber') ? { brand } : {}),
    };
  }

  /** Card data for the controller, and an error if it is invalid or incomplete. */
  readForController() {
    for (const input of this.visibleInputs()) input.finished = true;
    const error = this.error();
    return { data: this.data(), fault: error && { code: error.code } };
  }

  /** @returns {import('./card-data.js').CardData} */
  data() {
    /** @type {import('./card-data.js').CardData} */
    const data = {};
    for (const { kind, value } of this.visibleInputs()) {
      if (kind.name === 'cardNumber') data.number = value;
      if (kind.name === 'cardExpiry')
        Object.assign(data, { exp_month: expiryOf(value).month, exp_year: expiryOf(value).year });
      if (kind.name === 'cardCvc') data.cvc = value;
      if (kind.name === 'postalCode') data.postalCode = value;
    }
    return data;
  }
}

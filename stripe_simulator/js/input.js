/** One input of a card element: keeps its text grouped as it is typed, with the caret where it was. */

import { brandOf } from './brands.js';

/** @typedef {import('./fields.js').FieldKind} FieldKind */

export class FieldInput {
  /** @param {FieldKind} kind @param {() => void} changed @param {(back: boolean) => void} leave */
  constructor(kind, changed, leave) {
    this.kind = kind;
    this.value = '';
    /** The buyer is done with it: what is missing may be said now. */
    this.whole = false;
    this.brand = brandOf('');
    this.changed = changed;
    this.leave = leave;
    this.input = this.makeInput();
    this.box = document.createElement('span');
    this.box.className = `field field--${kind.name}`;
    this.box.append(this.input);
  }

  makeInput() {
    const input = document.createElement('input');
    input.name = this.kind.inputName;
    input.type = 'text';
    input.inputMode = this.kind.numeric ? 'numeric' : 'text';
    input.autocomplete = /** @type {AutoFill} */ (this.kind.autocomplete);
    input.spellcheck = false;
    input.setAttribute('autocorrect', 'off');
    input.dataset.elementsStableFieldName = this.kind.name;
    input.addEventListener('input', (event) => this.typed(/** @type {InputEvent} */ (event)));
    input.addEventListener('keydown', (event) => this.pressed(event));
    input.addEventListener('focusout', () => this.left());
    return input;
  }

  /** @param {InputEvent} event */
  typed(event) {
    const deleting = event.inputType?.startsWith('delete') ?? false;
    const caret = this.input.selectionStart ?? this.input.value.length;
    const atEnd = caret === this.input.value.length;
    let before = meant(this.input.value.slice(0, caret));
    let raw = this.input.value;
    if (event.inputType === 'deleteContentBackward' && this.read(raw) === this.value && before > 0) {
      // Only a separator went: the digit before it is meant.
      raw = without(raw, before);
      before -= 1;
    }
    this.set(this.read(raw), deleting);
    if (!atEnd) this.placeCaret(before);
    this.whole = false;
    this.changed();
    if (atEnd && !deleting && this.verdict().complete && this.isFull()) this.leave(false);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key === 'Backspace' && !this.input.value) {
      event.preventDefault();
      this.leave(true);
    }
  }

  left() {
    this.whole = this.value !== '';
    this.changed();
  }

  /** @param {string} raw */
  read(raw) {
    return this.kind.read(raw, this.brand);
  }

  /** @param {string} value @param {boolean} [deleting] */
  set(value, deleting = false) {
    this.value = value;
    const shown = this.kind.show(value, deleting);
    if (this.input.value !== shown) this.input.value = shown;
  }

  clear() {
    this.whole = false;
    this.set('');
  }

  verdict() {
    return this.kind.judge(this.value, this.whole, this.brand);
  }

  /** No further character would fit, so the next field is meant. */
  isFull() {
    return this.kind.numeric && (this.kind.name !== 'cardCvc' || this.value.length === this.brand.cvc);
  }

  /** @param {number} count of digits that stand before the caret */
  placeCaret(count) {
    let at = 0;
    for (let seen = 0; at < this.input.value.length && seen < count; at += 1)
      seen += meant(this.input.value.charAt(at));
    this.input.setSelectionRange(at, at);
  }
}

/** How many characters of a text are the buyer's own, not separators. @param {string} text */
function meant(text) {
  return text.replace(/[^\p{L}\d]/gu, '').length;
}

/** The text without its n-th meant character. @param {string} text @param {number} n */
function without(text, n) {
  let seen = 0;
  return [...text].filter((character) => !(meant(character) && ++seen === n)).join('');
}

/** One input of a card element: formats its text while typing and keeps the caret position. */

import { brandOf } from './brands.js';

/** @typedef {import('./fields.js').FieldKind} FieldKind */

export class FieldInput {
  /** @param {FieldKind} kind @param {() => void} onChange @param {(back: boolean) => void} leave */
  constructor(kind, onChange, leave) {
    this.kind = kind;
    this.value = '';
    /** Whether the buyer has finished typing, so that missing digits are an error. */
    this.finished = false;
    this.brand = brandOf('');
    this.onChange = onChange;
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
    input.addEventListener('input', (event) => this.onInput(/** @type {InputEvent} */ (event)));
    input.addEventListener('keydown', (event) => this.onKeydown(event));
    input.addEventListener('focusout', () => this.onFocusOut());
    return input;
  }

  /** @param {InputEvent} event */
  onInput(event) {
    const deleting = event.inputType?.startsWith('delete') ?? false;
    const caret = this.input.selectionStart ?? this.input.value.length;
    const atEnd = caret === this.input.value.length;
    let before = countCharacters(this.input.value.slice(0, caret));
    let raw = this.input.value;
    if (event.inputType === 'deleteContentBackward' && this.read(raw) === this.value && before > 0) {
      // Only a separator was deleted: delete the digit before it.
      raw = removeCharacter(raw, before);
      before -= 1;
    }
    this.set(this.read(raw), deleting);
    if (!atEnd) this.placeCaret(before);
    this.finished = false;
    this.onChange();
    if (atEnd && !deleting && this.validation().complete && this.isFull()) this.leave(false);
  }

  /** @param {KeyboardEvent} event */
  onKeydown(event) {
    if (event.key === 'Backspace' && !this.input.value) {
      event.preventDefault();
      this.leave(true);
    }
  }

  onFocusOut() {
    this.finished = this.value !== '';
    this.onChange();
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
    this.finished = false;
    this.set('');
  }

  validation() {
    return this.kind.validate(this.value, this.finished, this.brand);
  }

  /** Whether no more characters fit, so that the focus moves on. */
  isFull() {
    return this.kind.numeric && (this.kind.name !== 'cardCvc' || this.value.length === this.brand.cvc);
  }

  /** @param {number} count number of digits before the caret */
  placeCaret(count) {
    let at = 0;
    for (let seen = 0; at < this.input.value.length && seen < count; at += 1)
      seen += countCharacters(this.input.value.charAt(at));
    this.input.setSelectionRange(at, at);
  }
}

/** Counts the characters that are not separators. @param {string} text */
function countCharacters(text) {
  return text.replace(/[^\p{L}\d]/gu, '').length;
}

/** Removes the n-th character that is not a separator. @param {string} text @param {number} n */
function removeCharacter(text, n) {
  let seen = 0;
  return [...text].filter((character) => !(countCharacters(character) && ++seen === n)).join('');
}

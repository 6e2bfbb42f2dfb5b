/**
 * Where there is no room for all fields side by side, the number has the line while it is typed and then
 * draws back to its last group, as in Stripe's card element.
 */

/** @typedef {import('./input.js').FieldInput} FieldInput */

const ruler = document.createElement('span');
ruler.className = 'ruler';
ruler.setAttribute('aria-hidden', 'true');

/** @param {HTMLElement} fields @param {FieldInput[]} inputs */
export function arrange(fields, inputs) {
  const number = inputs.find((input) => input.kind.name === 'cardNumber');
  if (!number || inputs.length < 2) return;
  if (!ruler.isConnected) fields.append(ruler);
  fields.classList.remove('is-tight', 'is-drawn-back');
  resetNumber(number);
  const tight = number.box.offsetWidth < widthOf('0000 0000 0000 0000');
  if (!tight) return;
  const active = document.activeElement;
  const elsewhere = active instanceof HTMLInputElement && active !== number.input;
  const typing = active === number.input || !number.verdict().complete;
  fields.classList.add('is-tight');
  if (elsewhere || !typing) drawBack(fields, number);
}

/** @param {HTMLElement} fields @param {FieldInput} number */
function drawBack(fields, number) {
  const shown = number.input.value;
  const last = shown.slice(shown.lastIndexOf(' ') + 1);
  fields.classList.add('is-drawn-back');
  if (!shown) return;
  number.box.style.setProperty('flex', `0 0 ${Math.ceil(widthOf(last))}px`);
  number.input.style.setProperty('width', `${Math.ceil(widthOf(shown)) + 4}px`);
  number.input.style.setProperty('transform', `translateX(-${widthOf(shown) - widthOf(last)}px)`);
}

/** @param {FieldInput} number */
function resetNumber({ box, input }) {
  box.style.removeProperty('flex');
  input.style.removeProperty('width');
  input.style.removeProperty('transform');
}

/** @param {string} text */
function widthOf(text) {
  ruler.textContent = text;
  return ruler.getBoundingClientRect().width;
}

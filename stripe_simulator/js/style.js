/**
 * Applies the page's `style` option in the frame. Only Stripe's properties are allowed, and each is set
 * separately, so that a value cannot inject other rules.
 */

const PROPERTIES = new Set([
  'backgroundColor',
  'color',
  'fontFamily',
  'fontSize',
  'fontSmoothing',
  'fontStyle',
  'fontVariant',
  'fontWeight',
  'letterSpacing',
  'lineHeight',
  'padding',
  'textAlign',
  'textDecoration',
  'textShadow',
  'textTransform',
]);
const PSEUDO = [':hover', ':focus', '::placeholder', '::selection', ':-webkit-autofill', ':disabled'];
const VARIANTS = { base: '', empty: '.is-empty', complete: '.is-complete', invalid: '.is-invalid' };

/** @typedef {Record<string, unknown>} Declarations */

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

/** @param {unknown} style Stripe's `style`: variants of declarations, with pseudo-classes inside */
export function applyStyle(style) {
  sheet.replaceSync('');
  const variants = /** @type {Record<string, Declarations>} */ (style ?? {});
  for (const [variant, suffix] of Object.entries(VARIANTS)) {
    const declarations = variants[variant];
    if (!declarations) continue;
    addRule(`.input${suffix}`, declarations);
    if (variant === 'base')
      addRule('.fields', { ...declarations, backgroundColor: undefined, padding: undefined });
    addIconColor(suffix, declarations.iconColor);
    for (const pseudo of PSEUDO) {
      if (declarations[pseudo])
        addRule(`.input${suffix}${pseudo}`, /** @type {Declarations} */ (declarations[pseudo]));
    }
  }
}

/** @param {string} selector @param {Declarations} declarations */
function addRule(selector, declarations) {
  const rule = /** @type {CSSStyleRule} */ (
    sheet.cssRules[sheet.insertRule(`${selector} {}`, sheet.cssRules.length)]
  );
  for (const [name, value] of Object.entries(declarations)) {
    if (!PROPERTIES.has(name) || value === undefined) continue;
    rule.style.setProperty(
      name === 'fontSmoothing' ? '-webkit-font-smoothing' : toKebabCase(name),
      String(value),
    );
  }
}

/** @param {string} suffix @param {unknown} color */
function addIconColor(suffix, color) {
  if (typeof color === 'string') addRule(`.fields${suffix} .icon`, { color });
}

/** @param {string} name */
function toKebabCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @param {unknown} fonts Stripe's `fonts`: `{cssSrc}` or a font description */
export async function loadFonts(fonts) {
  for (const font of /** @type {Record<string, string>[]} */ (fonts ?? [])) {
    if (font.cssSrc) {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: font.cssSrc });
      document.head.append(link);
    } else if (font.family && font.src) {
      const { family, src, ...descriptors } = font;
      document.fonts.add(new FontFace(family, src, descriptors));
    }
  }
}

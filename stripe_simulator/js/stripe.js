/**
 * The simulator's replacement for Stripe.js: the script that runs in the page.
 *
 * Like Stripe.js, this script never receives card data. It validates calls, adds frames from the simulator's
 * origin to the page, and passes messages: element frames contain the inputs (`frame.js`), one hidden
 * controller frame calls the API (`controller.js`), and a modal frame contains the bank's check (`modal.js`).
 * It is a classic script because pages load Stripe.js with a plain script tag.
 */
(() => {
  'use strict';

  /** @typedef {import('@stripe/stripe-js').Stripe} FullStripe */
  /** @typedef {import('@stripe/stripe-js').StripeElements} StripeElements */
  /**
   * The part of Stripe's object that is supported.
   * @typedef {Pick<FullStripe, 'elements' | 'confirmCardPayment' | 'confirmCardSetup' | 'handleNextAction'
   *   | 'handleCardAction' | 'retrievePaymentIntent' | 'retrieveSetupIntent' | 'createPaymentMethod'
   *   | 'confirmPayment' | 'confirmSetup' | 'registerAppInfo'>} SupportedStripe
   */
  /** @typedef {'card' | 'cardNumber' | 'cardExpiry' | 'cardCvc'} CardType */
  /** @typedef {'apple_pay' | 'google_pay' | 'link'} Wallet */
  /** @typedef {Record<string, unknown>} Options */
  /** @typedef {'en' | 'uk' | 'ru'} Language */
  /** @typedef {Record<'empty' | 'complete' | 'invalid' | 'focus' | 'webkitAutofill', boolean>} State */

  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script) throw new Error('Stripe.js has to be loaded by a script tag of its own.');
  const ORIGIN = new URL(script.src).origin;
  const LOAD_GRACE_MS = 1000;

  // Texts used in the page itself; all other texts are inside the frames.
  const MESSAGES = {
    en: {
      card: 'Secure card payment input frame',
      cardNumber: 'Secure card number input frame',
      cardExpiry: 'Secure expiration date input frame',
      cardCvc: 'Secure CVC input frame',
      challenge: 'Confirmation by your bank',
      expressCheckout: 'Express checkout buttons',
      sheet: 'Your wallet',
      offline: 'The payment service could not be reached. Check your connection and try again.',
    },
    uk: {
      card: 'Захищене поле для картки',
      cardNumber: 'Захищене поле для номера картки',
      cardExpiry: 'Захищене поле для терміну дії',
      cardCvc: 'Захищене поле для CVC',
      challenge: 'Підтвердження вашим банком',
      expressCheckout: 'Кнопки швидкої оплати',
      sheet: 'Ваш гаманець',
      offline: 'Платіжний сервіс недоступний. Перевірте з’єднання та спробуйте ще раз.',
    },
    ru: {
      card: 'Защищённое поле для карты',
      cardNumber: 'Защищённое поле для номера карты',
      cardExpiry: 'Защищённое поле для срока действия',
      cardCvc: 'Защищённое поле для CVC',
      challenge: 'Подтверждение вашим банком',
      expressCheckout: 'Кнопки быстрой оплаты',
      sheet: 'Ваш кошелёк',
      offline: 'Платёжный сервис недоступен. Проверьте соединение и попробуйте ещё раз.',
    },
  };

  /** A wrong call by the page's author, never a buyer's mistake. */
  class IntegrationError extends Error {
    /** @param {string} message */
    constructor(message) {
      super(message);
      this.name = 'IntegrationError';
    }
  }

  /** @param {string} message */
  const warn = (message) => console.warn(`[Stripe.js] ${message}`);

  /** @param {unknown} value @returns {value is Options} */
  const isOptions = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

  /** @param {unknown} value @param {string} where @returns {Options} */
  function optionsOf(value, where) {
    if (value === undefined || value === null) return {};
    if (!isOptions(value))
      throw new IntegrationError(`${where} takes an object of options, not ${typeof value}.`);
    return value;
  }

  /** @param {Options} options @param {string[]} known @param {string} where */
  function warnAboutUnknown(options, known, where) {
    for (const name of Object.keys(options)) {
      if (!known.includes(name)) warn(`${where} does not know the option "${name}"; it is ignored.`);
    }
  }

  /** @param {unknown} locale @returns {Language} */
  function languageOf(locale) {
    const asked = typeof locale === 'string' && locale !== 'auto' ? locale : navigator.language;
    const language = asked.toLowerCase().split('-')[0];
    return language === 'uk' || language === 'ru' ? language : 'en';
  }

  function randomId() {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
  }

  /* ---------------------------------------------------------------- frames */

  let frameCount = 0;

  /** One frame from the simulator's origin, with its messages. */
  class Frame {
    /** @param {string} name @param {string} file @param {string} title @param {Options} config */
    constructor(name, file, title, config) {
      this.channel = randomId();
      this.iframe = document.createElement('iframe');
      this.iframe.name = `${name}${++frameCount}`;
      this.iframe.title = title;
      this.iframe.allow = 'payment *';
      const frameConfig = JSON.stringify({ ...config, channel: this.channel, parent: window.location.origin });
      this.iframe.src = `${ORIGIN}/js/${file}#${encodeURIComponent(frameConfig)}`;
      setStyles(this.iframe, {
        border: '0',
        margin: '0',
        padding: '0',
        display: 'block',
        'color-scheme': 'light only',
      });
      /** @type {Map<string, (data: Options) => void>} */
      this.handlers = new Map();
      /** @type {(loaded: boolean) => void} */
      this.resolveLoaded = () => {};
      /** Resolves to true when the frame's script has started, to false when the frame can't be loaded. */
      this.loaded = /** @type {Promise<boolean>} */ (new Promise((resolve) => (this.resolveLoaded = resolve)));
      this.receive = this.receive.bind(this);
      window.addEventListener('message', this.receive);
      // A frame that could not be loaded fires `load` too, for the browser's error page.
      this.iframe.addEventListener('load', () => window.setTimeout(() => this.resolveLoaded(false), LOAD_GRACE_MS));
    }

    /** @param {string} kind @param {(data: any) => void} handler */
    on(kind, handler) {
      this.handlers.set(kind, handler);
    }

    /** Posts a message to the frame when it is loaded. @param {string} kind @param {Options} [data] */
    async post(kind, data = {}) {
      if (!(await this.loaded)) return;
      this.iframe.contentWindow?.postMessage({ ...data, kind, channel: this.channel }, ORIGIN);
    }

    /** @param {MessageEvent} event */
    receive(event) {
      const data = event.data;
      if (event.origin !== ORIGIN || event.source !== this.iframe.contentWindow) return;
      if (!isOptions(data) || data.channel !== this.channel || typeof data.kind !== 'string') return;
      if (data.kind === 'loaded') this.resolveLoaded(true);
      this.handlers.get(data.kind)?.(data);
    }

    remove() {
      window.removeEventListener('message', this.receive);
      this.resolveLoaded(false);
      this.iframe.remove();
    }
  }

  /**
   * Sets styles one by one, which a Content-Security-Policy without 'unsafe-inline' allows.
   * @param {HTMLElement} element @param {Record<string, string>} styles
   */
  function setStyles(element, styles) {
    for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value, 'important');
  }

  /* -------------------------------------------------------------- elements */

  const COMMON_OPTIONS = ['classes', 'style', 'disabled'];
  /** @type {Record<CardType, string[]>} */
  const ELEMENT_OPTIONS = {
    card: [
      ...COMMON_OPTIONS,
      'value',
      'hidePostalCode',
      'iconStyle',
      'hideIcon',
      'disableLink',
      'preferredNetwork',
    ],
    cardNumber: [
      ...COMMON_OPTIONS,
      'placeholder',
      'showIcon',
      'iconStyle',
      'disableLink',
      'preferredNetwork',
    ],
    cardExpiry: [...COMMON_OPTIONS, 'placeholder'],
    cardCvc: [...COMMON_OPTIONS, 'placeholder'],
  };
  const FIELD_ORDER = /** @type {CardType[]} */ (['cardNumber', 'cardExpiry', 'cardCvc']);
  const EVENTS = ['ready', 'focus', 'blur', 'change', 'escape', 'networkschange', 'loaderror'];
  const DEFAULT_CLASSES = {
    base: 'StripeElement',
    focus: 'StripeElement--focus',
    empty: 'StripeElement--empty',
    invalid: 'StripeElement--invalid',
    complete: 'StripeElement--complete',
    webkitAutofill: 'StripeElement--webkit-autofill',
  };
  /** @type {State} */
  const INITIAL_STATE = { empty: true, complete: false, invalid: false, focus: false, webkitAutofill: false };

  /** What all elements have: their listeners. */
  class Emitter {
    /** @param {string} type @param {string[]} events */
    constructor(type, events) {
      this._elementType = type;
      this._events = events;
      /** @type {{name: string, handler: (event: any) => void, once: boolean}[]} */
      this._listeners = [];
    }

    /** @param {string} name @param {(event: any) => void} handler */
    on(name, handler) {
      return this._listen(name, handler, false);
    }

    /** @param {string} name @param {(event: any) => void} handler */
    once(name, handler) {
      return this._listen(name, handler, true);
    }

    /** @param {string} name @param {(event: any) => void} [handler] */
    off(name, handler) {
      this._listeners = this._listeners.filter(
        (one) => one.name !== name || (handler && one.handler !== handler),
      );
      return this;
    }

    /** @param {string} name @param {(event: any) => void} handler @param {boolean} once */
    _listen(name, handler, once) {
      if (typeof handler !== 'function')
        throw new IntegrationError(`element.on('${name}') needs a function to call.`);
      if (!this._events.includes(name)) warn(`"${name}" is not an event of the ${this._elementType} element.`);
      this._listeners.push({ name, handler, once });
      return this;
    }

    /** @param {string} name @param {Options} [payload] */
    _emit(name, payload = {}) {
      for (const listener of [...this._listeners]) {
        if (listener.name !== name) continue;
        if (listener.once) this._listeners = this._listeners.filter((one) => one !== listener);
        listener.handler({ elementType: this._elementType, ...payload });
      }
    }
  }

  /** One mounted (or mountable) card field. */
  class CardElement extends Emitter {
    /** @param {CardType} type @param {Options} options @param {ElementsGroup} group */
    constructor(type, options, group) {
      super(type, EVENTS);
      this._type = type;
      this._group = group;
      this._destroyed = false;
      /** @type {Options} */
      this._options = {};
      /** @type {Frame | null} */
      this._frame = null;
      /** @type {HTMLElement | null} */
      this._container = null;
      /** @type {HTMLElement[]} */
      this._labels = [];
      this._state = INITIAL_STATE;
      this._focusFromLabel = this._focusFromLabel.bind(this);
      this._setOptions(options, `elements.create('${type}')`);
    }

    /** @param {string | HTMLElement} target */
    mount(target) {
      this._requireNotDestroyed();
      const container = findContainer(target);
      if (this._frame?.iframe.isConnected && container === this._container) return;
      if (this._frame) this.unmount();
      if (container.childNodes.length) {
        warn(`the container of the ${this._type} element was not empty; its contents are replaced.`);
        container.replaceChildren();
      }
      this._container = container;
      this._frame = this._makeFrame();
      const wrapper = document.createElement('div');
      wrapper.className = '__PrivateStripeElement';
      setStyles(wrapper, {
        margin: '0',
        padding: '0',
        border: 'none',
        display: 'block',
        position: 'relative',
      });
      wrapper.append(this._frame.iframe);
      container.append(wrapper);
      this._showState(INITIAL_STATE);
      this._listenToLabels(container);
    }

    unmount() {
      this._requireNotDestroyed();
      this._frame?.remove();
      this._frame = null;
      for (const label of this._labels) label.removeEventListener('click', this._focusFromLabel);
      this._labels = [];
      for (const name of this._classNames(() => true)) this._container?.classList.remove(name);
      this._container?.replaceChildren();
      this._container = null;
    }

    destroy() {
      this.unmount();
      this._destroyed = true;
      this._listeners = [];
      this._group._elements.delete(this._type);
    }

    /** @param {Options} options */
    update(options) {
      this._requireNotDestroyed();
      this._setOptions(optionsOf(options, 'element.update()'), 'element.update()');
      if (!this._frame) return;
      this._showState(this._state);
      void this._frame.post('update', { options: this._frameOptions() });
    }

    clear() {
      this._requireMounted('clear');
      void this._frame?.post('clear');
    }

    focus() {
      this._requireMounted('focus');
      void this._frame?.post('focus');
    }

    blur() {
      this._requireMounted('blur');
      void this._frame?.post('blur');
    }

    /** @param {Options} options @param {string} where */
    _setOptions(options, where) {
      warnAboutUnknown(options, ELEMENT_OPTIONS[this._type], where);
      for (const name of ['style', 'classes']) {
        if (options[name] !== undefined) optionsOf(options[name], `The option "${name}"`);
      }
      for (const name of this._classNames(() => true)) this._container?.classList.remove(name);
      this._options = { ...this._options, ...options };
    }

    /** @returns {Frame} */
    _makeFrame() {
      const language = this._group._language();
      const frame = new Frame('__privateStripeFrame', 'frame.html', MESSAGES[language][this._type], {
        type: this._type,
        group: this._group._id,
        language,
        fonts: this._group._fonts(),
        options: this._frameOptions(),
      });
      setStyles(frame.iframe, { width: '1px', 'min-width': '100%', height: '1.2em', overflow: 'hidden' });
      frame.iframe.setAttribute('scrolling', 'no');
      frame.on('loaded', () => this._emit('ready'));
      frame.on('height', ({ height }) => setStyles(frame.iframe, { height: `${height}px` }));
      frame.on('state', ({ state }) => this._showState(state));
      frame.on('event', ({ name, payload }) => this._emit(name, payload));
      frame.on('leave', ({ back }) => this._group._moveFocus(this._type, back));
      frame.on('enter', () => submitForm(this._container));
      void frame.loaded.then((loaded) => {
        if (!loaded && this._frame === frame) this._emit('loaderror', { error: connectionError(language) });
      });
      return frame;
    }

    /** The options without class names, which apply to the container only. @returns {Options} */
    _frameOptions() {
      const { classes, ...rest } = this._options;
      return JSON.parse(JSON.stringify(rest));
    }

    /** @param {State} state */
    _showState(state) {
      this._state = state;
      const container = this._container;
      if (!container) return;
      for (const name of this._classNames((key) => key !== 'base' && !state[key]))
        container.classList.remove(name);
      for (const name of this._classNames((key) => key === 'base' || state[key]))
        container.classList.add(name);
    }

    /** @param {(key: 'base' | keyof State) => boolean} wanted @returns {string[]} */
    _classNames(wanted) {
      const own = isOptions(this._options.classes) ? this._options.classes : {};
      const keys = /** @type {('base' | keyof State)[]} */ (Object.keys(DEFAULT_CLASSES));
      return keys
        .filter(wanted)
        .flatMap((key) => String(own[key] ?? DEFAULT_CLASSES[key]).split(/\s+/))
        .filter(Boolean);
    }

    /** @param {HTMLElement} container */
    _listenToLabels(container) {
      const around = container.closest('label');
      const pointing = container.id
        ? document.querySelectorAll(`label[for="${CSS.escape(container.id)}"]`)
        : [];
      this._labels = /** @type {HTMLElement[]} */ ([...pointing, ...(around ? [around] : [])]);
      for (const label of this._labels) label.addEventListener('click', this._focusFromLabel);
    }

    _focusFromLabel() {
      void this._frame?.post('focus');
    }

    _requireNotDestroyed() {
      if (this._destroyed) {
        throw new IntegrationError(
          `This ${this._type} element has been destroyed; create a new one to continue.`,
        );
      }
    }

    /** @param {string} verb */
    _requireMounted(verb) {
      this._requireNotDestroyed();
      if (!this._frame)
        throw new IntegrationError(`Mount the ${this._type} element before calling ${verb}() on it.`);
    }

    /** The frame of this element. Throws if it is not on the page. @returns {Frame} */
    _mountedFrame() {
      if (this._destroyed || !this._frame?.iframe.isConnected) {
        throw new IntegrationError(
          `The ${this._type} element holds no data: it is not mounted on the page.`,
        );
      }
      return this._frame;
    }
  }

  const WALLET_EVENTS = [
    ...['ready', 'click', 'confirm', 'cancel', 'focus', 'blur', 'escape', 'loaderror'],
    ...['shippingaddresschange', 'shippingratechange', 'availablepaymentmethodschange'],
  ];
  const WALLET_OPTIONS = [
    ...['allowedShippingCountries', 'applePay', 'billingAddressRequired', 'business', 'buttonHeight'],
    ...['buttonTheme', 'buttonType', 'emailRequired', 'layout', 'lineItems', 'paymentMethodOrder'],
    ...['paymentMethods', 'phoneNumberRequired', 'shippingAddressRequired', 'shippingRates', 'wallets'],
  ];
  /** @type {Record<Wallet, string>} */
  const WALLET_NAMES = { apple_pay: 'applePay', google_pay: 'googlePay', link: 'link' };
  const DECIDE_WITHIN_MS = 1000;
  // Whom the simulated wallets belong to.
  const BUYER = {
    name: 'Wallet Owner',
    email: 'wallet@example.com',
    phone: '',
    address: { line1: '1 Main St', line2: null, city: 'Kyiv', state: '', postal_code: '01001', country: 'UA' },
  };

  /**
   * The buttons of wallets. Without an available wallet it adds nothing to the page and says so with `ready`.
   */
  class ExpressCheckoutElement extends Emitter {
    /** @param {Options} options @param {ElementsGroup} group */
    constructor(options, group) {
      super('expressCheckout', WALLET_EVENTS);
      warnAboutUnknown(options, WALLET_OPTIONS, "elements.create('expressCheckout')");
      if (!['payment', 'setup', 'subscription'].includes(String(group._options.mode)))
        throw new IntegrationError('The expressCheckout element needs stripe.elements() with a mode.');
      this._group = group;
      this._options = options;
      /** @type {Frame | null} */
      this._frame = null;
      this._mounted = false;
    }

    /** @param {string | HTMLElement} target */
    mount(target) {
      const container = findContainer(target);
      this._mounted = true;
      void this._show(container);
    }

    unmount() {
      this._mounted = false;
      this._frame?.remove();
      this._frame = null;
    }

    destroy() {
      this.unmount();
      this._listeners = [];
    }

    /** @param {Options} options */
    update(options) {
      warnAboutUnknown(optionsOf(options, 'element.update()'), WALLET_OPTIONS, 'element.update()');
      this._options = { ...this._options, ...options };
      return this;
    }

    focus() {}
    blur() {}
    clear() {}

    /** @param {HTMLElement} container */
    async _show(container) {
      const language = this._group._language();
      const answer = await this._group._stripe._call('wallets', {}, language);
      if (!this._mounted) return;
      if (answer.error) return this._emit('loaderror', { error: answer.error });
      const offered = /** @type {Wallet[]} */ (answer.wallets).filter((wallet) => this._offers(wallet));
      if (!offered.length) return this._emit('ready', { availablePaymentMethods: undefined });
      const title = MESSAGES[language].expressCheckout;
      const frame = new Frame('__privateStripeFrame', 'express-checkout.html', title, { wallets: offered, language });
      setStyles(frame.iframe, { width: '1px', 'min-width': '100%', height: `${52 * offered.length}px` });
      frame.on('loaded', () => {
        const available = Object.fromEntries(
          ['amazonPay', 'applePay', 'googlePay', 'link', 'paypal', 'klarna'].map((name) => [
            name,
            offered.some((wallet) => WALLET_NAMES[wallet] === name),
          ]),
        );
        this._emit('ready', { availablePaymentMethods: available });
      });
      frame.on('pressed', ({ wallet }) => this._press(wallet));
      this._frame = frame;
      container.append(frame.iframe);
    }

    /** Link is offered only where the intent takes it. @param {Wallet} wallet */
    _offers(wallet) {
      const types = this._group._options.allowedPaymentMethodTypes;
      const chosen = optionsOf(this._options.paymentMethods, 'paymentMethods')[WALLET_NAMES[wallet]];
      return chosen !== 'never' && (wallet !== 'link' || !Array.isArray(types) || types.includes('link'));
    }

    /** @param {Wallet} wallet */
    _press(wallet) {
      let open = true;
      const decide = (/** @type {() => void} */ then) => () => {
        if (open) then();
        open = false;
      };
      window.setTimeout(
        decide(() => warn("the `click` event was neither resolved nor rejected within 1 second.")),
        DECIDE_WITHIN_MS,
      );
      this._emit('click', {
        expressPaymentType: wallet,
        resolve: (/** @type {Options | undefined} */ details) => decide(() => void this._openSheet(wallet, details))(),
        reject: decide(() => {}),
      });
    }

    /** The wallet's own window over the page. @param {Wallet} wallet @param {Options} [details] what `resolve` was given */
    async _openSheet(wallet, details) {
      const language = this._group._language();
      const { amount, currency, mode } = this._group._options;
      const lineItems = /** @type {{name: string, amount: number}[]} */ (optionsOf(details, 'resolve()').lineItems ?? []);
      if (lineItems.reduce((sum, line) => sum + line.amount, 0) > Number(amount ?? 0)) {
        throw new IntegrationError('The line items add up to more than the amount of these Elements.');
      }
      const config = { wallet, amount, currency, mode, language, lineItems };
      const frame = new Frame('__privateStripeFrame', 'wallet-sheet.html', MESSAGES[language].sheet, config);
      setStyles(frame.iframe, { position: 'fixed', inset: '0', width: '100%', height: '100%', 'z-index': '2147483647' });
      const release = trapFocus(frame.iframe);
      const answer = /** @type {{card?: string}} */ (
        await new Promise((resolve) => {
          frame.on('answered', resolve);
          void frame.loaded.then((loaded) => loaded || resolve({}));
        })
      );
      release();
      frame.remove();
      if (!answer.card) return this._emit('cancel');
      const needed = this._options.billingAddressRequired !== false || this._options.emailRequired;
      this._group._wallet = { wallet, card: answer.card };
      this._emit('confirm', {
        expressPaymentType: wallet,
        billingDetails: needed ? BUYER : undefined,
        paymentFailed: () => (this._group._wallet = null),
      });
    }
  }

  /** @param {unknown} target @returns {HTMLElement} */
  function findContainer(target) {
    if (target instanceof HTMLElement) return target;
    if (typeof target !== 'string' || !target) {
      throw new IntegrationError('element.mount() needs a CSS selector or a DOM element to mount into.');
    }
    const found = document.querySelectorAll(target);
    if (found.length > 1)
      warn(`"${target}" matches ${found.length} elements of the page; the first one is used.`);
    if (!(found[0] instanceof HTMLElement)) {
      throw new IntegrationError(
        `No element of the page matches the selector "${target}" when mount() is called.`,
      );
    }
    return found[0];
  }

  /**
   * Enter in a field submits its form, as in a plain input.
   * @param {Element | null} container
   */
  function submitForm(container) {
    const form = container?.closest('form');
    const button = form?.querySelector('button:not([type]), [type=submit]');
    if (button instanceof HTMLElement) button.click();
    else form?.requestSubmit();
  }

  const GROUP_OPTIONS = [
    'locale',
    'fonts',
    'appearance',
    'loader',
    'clientSecret',
    'mode',
    'currency',
    'amount',
    'setupFutureUsage',
    'captureMethod',
    'allowedPaymentMethodTypes',
    'paymentMethodCreation',
    'customerSessionClientSecret',
  ];

  /** What `stripe.elements()` returns: the elements that belong to one form. */
  class ElementsGroup {
    /** @param {StripeInstance} stripe @param {Options} options */
    constructor(stripe, options) {
      this._id = randomId();
      this._stripe = stripe;
      /** @type {Map<CardType, CardElement>} */
      this._elements = new Map();
      warnAboutUnknown(options, GROUP_OPTIONS, 'stripe.elements()');
      this._options = options;
      /** What the buyer has chosen in a wallet. @type {{wallet: Wallet, card: string} | null} */
      this._wallet = null;
      this._submitted = false;
    }

    /** Checks the elements before a confirmation. */
    async submit() {
      this._submitted = true;
      return {};
    }

    /** @param {string} type @param {Options} [options] @returns {CardElement | ExpressCheckoutElement} */
    create(type, options) {
      if (type === 'expressCheckout')
        return new ExpressCheckoutElement(optionsOf(options, "elements.create('expressCheckout')"), this);
      if (!Object.hasOwn(ELEMENT_OPTIONS, type)) {
        const known = [...Object.keys(ELEMENT_OPTIONS), 'expressCheckout'].join(', ');
        throw new IntegrationError(`There is no element of type "${type}" here; the types are ${known}.`);
      }
      const cardType = /** @type {CardType} */ (type);
      if (options?.disableLink !== undefined && typeof options.disableLink !== 'boolean') {
        throw new IntegrationError(`disableLink of elements.create('${type}') must be true or false.`);
      }
      if (this._elements.has(cardType)) {
        throw new IntegrationError(
          `These Elements already have an element of type ${type}; only one of each type is allowed.`,
        );
      }
      const element = new CardElement(cardType, optionsOf(options, `elements.create('${type}')`), this);
      this._elements.set(cardType, element);
      return element;
    }

    /** @param {CardType} type */
    getElement(type) {
      return this._elements.get(type) ?? null;
    }

    /** @param {Options} options */
    async update(options) {
      warnAboutUnknown(optionsOf(options, 'elements.update()'), GROUP_OPTIONS, 'elements.update()');
      this._options = { ...this._options, ...options };
      const changes = { language: this._language(), fonts: this._fonts() };
      for (const element of this._elements.values()) {
        if (element._frame) element._frame.iframe.title = MESSAGES[changes.language][element._type];
        await element._frame?.post('update', changes);
      }
    }

    async fetchUpdates() {
      return {};
    }

    _language() {
      return languageOf(this._options.locale ?? this._stripe._options.locale);
    }

    _fonts() {
      return Array.isArray(this._options.fonts) ? this._options.fonts : [];
    }

    /** Separate fields move the focus as one card element would. @param {CardType} from @param {boolean} back */
    _moveFocus(from, back) {
      const next = FIELD_ORDER[FIELD_ORDER.indexOf(from) + (back ? -1 : 1)];
      const element = next && FIELD_ORDER.includes(from) ? this._elements.get(next) : undefined;
      if (element?._frame) void element._frame.post('focus');
    }
  }

  /* ------------------------------------------------------- the bank's check */

  /**
   * Shows the bank's check over the whole page until it is answered or closed.
   * @param {string} address path of the check on the simulator @param {Language} language
   * @returns {Promise<void>}
   */
  async function showChallenge(address, language) {
    const before = document.activeElement;
    const frame = new Frame('__privateStripeFrame', 'three-ds-2-challenge.html', MESSAGES[language].challenge, {
      address,
      language,
    });
    setStyles(frame.iframe, {
      position: 'fixed',
      inset: '0',
      width: '100%',
      height: '100%',
      'max-width': 'none',
      'z-index': '2147483647',
    });
    const release = trapFocus(frame.iframe);
    const answered = new Promise((resolve) => frame.on('answered', () => resolve(undefined)));
    const unreachable = frame.loaded.then((loaded) => (loaded ? answered : undefined));
    await Promise.race([answered, unreachable]);
    release();
    frame.remove();
    if (before instanceof HTMLElement) before.focus();
  }

  /**
   * Makes everything else on the page inert while the frame is shown.
   * @param {HTMLIFrameElement} iframe @returns {() => void} restores the page
   */
  function trapFocus(iframe) {
    const others = [...document.body.children].filter((one) => one instanceof HTMLElement && !one.inert);
    const overflow = document.documentElement.style.overflow;
    for (const one of /** @type {HTMLElement[]} */ (others)) one.inert = true;
    document.documentElement.style.overflow = 'hidden';
    document.body.append(iframe);
    return () => {
      for (const one of /** @type {HTMLElement[]} */ (others)) one.inert = false;
      document.documentElement.style.overflow = overflow;
    };
  }

  /* ------------------------------------------------------------ the object */

  /** @param {Language} language */
  function connectionError(language) {
    return { type: 'api_connection_error', message: MESSAGES[language].offline };
  }

  /**
   * @param {unknown} secret @param {'pi' | 'seti' | 'pi|seti'} kinds of the expected intent
   * @param {string} where @returns {string}
   */
  function clientSecretOf(secret, kinds, where) {
    if (
      typeof secret !== 'string' ||
      !new RegExp(`^(${kinds})_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$`).test(secret)
    ) {
      throw new IntegrationError(
        `${where} needs an intent's client secret, of the form ${kinds.replace('|', '_… or ')}_…_secret_….`,
      );
    }
    return secret;
  }

  /** One `Stripe(key)`: its key, its settings and its controller frame. */
  class StripeInstance {
    /** @param {string} key @param {Options} options */
    constructor(key, options) {
      this._key = key;
      this._options = options;
      /** @type {ElementsGroup | null} */
      this._lastGroup = null;
      /** @type {Map<number, (result: any) => void>} */
      this._pendingCalls = new Map();
      this._calls = 0;
      /** @type {Frame | null} */
      this._controller = null;
      if (document.body) this._startController();
    }

    /** @param {Options} [options] */
    elements(options) {
      const group = new ElementsGroup(this, optionsOf(options, 'stripe.elements()'));
      this._lastGroup = group;
      return group;
    }

    /**
     * @param {string} secret @param {Options} [data] @param {Options} [options]
     * @returns {Promise<import('@stripe/stripe-js').PaymentIntentResult>}
     */
    confirmCardPayment(secret, data, options) {
      clientSecretOf(secret, 'pi', 'stripe.confirmCardPayment()');
      return this._confirm('confirmCardPayment', secret, data, options);
    }

    /**
     * @param {string} secret @param {Options} [data] @param {Options} [options]
     * @returns {Promise<import('@stripe/stripe-js').SetupIntentResult>}
     */
    confirmCardSetup(secret, data, options) {
      clientSecretOf(secret, 'seti', 'stripe.confirmCardSetup()');
      return this._confirm('confirmCardSetup', secret, data, options);
    }

    /**
     * @param {{clientSecret?: string, hashedValue?: string}} options
     * @returns {Promise<import('@stripe/stripe-js').PaymentIntentOrSetupIntentResult>}
     */
    handleNextAction(options) {
      const secret = clientSecretOf(options?.clientSecret, 'pi|seti', 'stripe.handleNextAction()');
      return this._call('handleNextAction', { secret }, this._language());
    }

    /**
     * Pays with the wallet that the buyer has confirmed, or with a saved payment method.
     * @param {object} options @returns {Promise<any>}
     */
    confirmPayment(options) {
      return this._confirmWallet('stripe.confirmPayment()', 'pi', optionsOf(options, 'stripe.confirmPayment()'));
    }

    /**
     * Saves the card of the wallet that the buyer has confirmed.
     * @param {object} options @returns {Promise<any>}
     */
    confirmSetup(options) {
      return this._confirmWallet('stripe.confirmSetup()', 'seti', optionsOf(options, 'stripe.confirmSetup()'));
    }

    /** @param {string} where @param {'pi' | 'seti'} kind @param {Options} options @returns {Promise<any>} */
    async _confirmWallet(where, kind, { elements, clientSecret, confirmParams, redirect, ...unknown }) {
      warnAboutUnknown(unknown, [], where);
      const secret = clientSecretOf(clientSecret, kind, where);
      const saved = optionsOf(confirmParams, `${where} confirmParams`).payment_method;
      if (!elements && typeof saved === 'string') {
        const method = kind === 'pi' ? 'confirmCardPayment' : 'confirmCardSetup';
        return this._call(method, { secret, rest: confirmParams, handleActions: true }, this._language());
      }
      if (!(elements instanceof ElementsGroup) || !elements._wallet)
        throw new IntegrationError(`${where} needs elements in which a buyer has confirmed a wallet.`);
      if (!elements._submitted)
        throw new IntegrationError(`elements.submit() must be called before ${where}.`);
      const { return_url: returnUrl, ...params } = optionsOf(confirmParams, `${where} confirmParams`);
      if (!returnUrl && redirect !== 'if_required')
        throw new IntegrationError(`${where} needs confirmParams.return_url.`);
      const { wallet, card } = elements._wallet;
      const { mode, amount, currency } = elements._options;
      const args = {
        secret,
        rest: { ...params, return_url: returnUrl },
        wallet: { type: wallet, card, billing_details: BUYER },
        expected: { mode, amount, currency, types: elements._options.allowedPaymentMethodTypes },
      };
      const language = elements._language();
      elements._wallet = null;
      return this._call('confirmWallet', args, language);
    }

    /** @param {string} secret @returns {Promise<import('@stripe/stripe-js').PaymentIntentResult>} */
    handleCardAction(secret) {
      clientSecretOf(secret, 'pi', 'stripe.handleCardAction()');
      return this._call('handleCardAction', { secret }, this._language());
    }

    /** @param {string} secret @returns {Promise<import('@stripe/stripe-js').PaymentIntentResult>} */
    retrievePaymentIntent(secret) {
      clientSecretOf(secret, 'pi', 'stripe.retrievePaymentIntent()');
      return this._call('retrieve', { secret }, this._language());
    }

    /** @param {string} secret @returns {Promise<import('@stripe/stripe-js').SetupIntentResult>} */
    retrieveSetupIntent(secret) {
      clientSecretOf(secret, 'seti', 'stripe.retrieveSetupIntent()');
      return this._call('retrieve', { secret }, this._language());
    }

    /** @param {object} data @returns {Promise<import('@stripe/stripe-js').PaymentMethodResult>} */
    createPaymentMethod(data) {
      const where = 'stripe.createPaymentMethod()';
      const { element, params, ...rest } = optionsOf(data, where);
      const given = element ? { ...optionsOf(params, where), type: 'card', card: element } : rest;
      if (given.type !== 'card')
        throw new IntegrationError(`${where} takes type "card" here, with a card element.`);
      return this._callWithCard('createPaymentMethod', given, {}, where);
    }

    registerAppInfo() {}

    /** Called by the @stripe/stripe-js loader. */
    _registerWrapper() {}

    /** @param {string} method @param {string} secret @param {unknown} data @param {unknown} options */
    _confirm(method, secret, data, options) {
      const where = `stripe.${method}()`;
      const { payment_method: paymentMethod, ...rest } = optionsOf(data, where);
      const { handleActions = true, ...unknown } = optionsOf(options, where);
      warnAboutUnknown(unknown, [], where);
      if (/** @type {any} */ (rest.payment_method_options)?.card?.cvc) {
        throw new IntegrationError(`${where} cannot ask for the CVC of a saved card in the simulator.`);
      }
      const args = { secret, rest, handleActions: handleActions !== false };
      if (paymentMethod === undefined || paymentMethod === null)
        return this._call(method, args, this._language());
      if (typeof paymentMethod === 'string') {
        return this._call(
          method,
          { ...args, rest: { ...rest, payment_method: paymentMethod } },
          this._language(),
        );
      }
      return this._callWithCard(method, optionsOf(paymentMethod, `${where} payment_method`), args, where);
    }

    /**
     * @param {string} method @param {Options} paymentMethod with `card`: an element or `{token}`
     * @param {Options} args @param {string} where
     */
    _callWithCard(method, { card, ...paymentMethod }, args, where) {
      if (!(card instanceof CardElement)) {
        if (!isOptions(card))
          throw new IntegrationError(`${where} needs a card element, or {token}, as its card.`);
        return this._call(method, { ...args, paymentMethod: { ...paymentMethod, card } }, this._language());
      }
      if (card._type !== 'card' && card._type !== 'cardNumber') {
        throw new IntegrationError(`${where} takes the card or the cardNumber element, not ${card._type}.`);
      }
      if (card._group._stripe !== this) {
        throw new IntegrationError(`${where} was given an element that another Stripe object made.`);
      }
      const frames = [card._mountedFrame(), ...this._otherFrames(card)];
      const fields = { group: card._group._id, frames: frames.map((frame) => frame.channel) };
      return this._call(method, { ...args, paymentMethod, fields }, card._group._language(), frames);
    }

    /** The frames of separate expiry and CVC elements. @param {CardElement} card @returns {Frame[]} */
    _otherFrames(card) {
      if (card._type === 'card') return [];
      const others = FIELD_ORDER.slice(1).map((type) => card._group._elements.get(type));
      return others.flatMap((one) => (one ? [one._mountedFrame()] : []));
    }

    /**
     * Calls the controller frame. Resolves with Stripe's result object, even if the frame can't be reached.
     * @param {string} method @param {Options} args @param {Language} language @param {Frame[]} [frames]
     * @returns {Promise<any>}
     */
    async _call(method, args, language, frames = []) {
      const controller = this._startController();
      const loaded = await Promise.all([controller, ...frames].map((frame) => frame.loaded));
      if (loaded.includes(false)) {
        if (!loaded[0]) this._dropController();
        return { error: connectionError(language) };
      }
      const id = ++this._calls;
      const result = new Promise((resolve) => this._pendingCalls.set(id, resolve));
      await controller.post('call', { id, method, args, language });
      return result;
    }

    _startController() {
      if (this._controller) return this._controller;
      const { stripeAccount, apiVersion } = this._options;
      const controller = new Frame('__privateStripeController', 'controller.html', '', {
        key: this._key,
        stripeAccount,
        apiVersion,
      });
      controller.iframe.setAttribute('aria-hidden', 'true');
      controller.iframe.tabIndex = -1;
      setStyles(controller.iframe, {
        position: 'absolute',
        width: '1px',
        height: '1px',
        visibility: 'hidden',
      });
      controller.on('result', ({ id, result }) => {
        this._pendingCalls.get(id)?.(result);
        this._pendingCalls.delete(id);
      });
      controller.on('challenge', async ({ id, address, language }) => {
        await showChallenge(address, language);
        await controller.post('challenge-finished', { id });
      });
      controller.on('redirect', ({ url }) => window.location.assign(url));
      document.body.append(controller.iframe);
      this._controller = controller;
      return controller;
    }

    /** Removes a controller that was not loaded, so that the next call creates a new one. */
    _dropController() {
      this._controller?.remove();
      this._controller = null;
    }

    _language() {
      return this._lastGroup ? this._lastGroup._language() : languageOf(this._options.locale);
    }
  }

  /** @param {unknown} key @returns {string} */
  function publishableKeyOf(key) {
    if (typeof key !== 'string')
      throw new IntegrationError('Stripe() needs a publishable key, and it is a string.');
    if (!key)
      throw new IntegrationError('Stripe() was called with an empty string instead of a publishable key.');
    if (/^(sk|rk)_/.test(key)) {
      throw new IntegrationError(
        'That is a secret key; it does not belong in a page. Pass the publishable key to Stripe().',
      );
    }
    if (!key.startsWith('pk_'))
      throw new IntegrationError('Stripe() needs a publishable key, which begins with "pk_".');
    if (key.startsWith('pk_live_') && window.location.protocol !== 'https:') {
      warn('a live key on a page without https: outside of the simulator, live payments need https.');
    }
    return key;
  }

  const STRIPE_OPTIONS = [
    'stripeAccount',
    'apiVersion',
    'locale',
    'betas',
    'developerTools',
    'advancedFraudSignals',
  ];

  /** @param {string} key @param {Options} [options] */
  function Stripe(key, options) {
    const settings = optionsOf(options, 'Stripe()');
    warnAboutUnknown(settings, STRIPE_OPTIONS, 'Stripe()');
    const instance = new StripeInstance(publishableKeyOf(key), settings);
    // Each result is checked against Stripe's types by name; the overloads of `create` cannot be written
    // in JavaScript, so the elements are returned with Stripe's own type.
    const elements = /** @type {(options?: object) => StripeElements} */ (
      /** @type {unknown} */ (instance.elements)
    );
    const supported = Object.assign(instance, { elements });
    return /** @satisfies {SupportedStripe} */ (supported);
  }
  Stripe.version = 'endive';

  if (window.Stripe) warn('Stripe.js is on this page already; it has to be loaded only once.');
  else
    window.Stripe = /** @type {import('@stripe/stripe-js').StripeConstructor} */ (
      /** @type {unknown} */ (Stripe)
    );
})();

// Passkeys (WebAuthn): the browser's answer is put into a hidden field, and the form is sent as any other.

/** @param {string} text base64url @returns {ArrayBuffer} */
function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (character) => character.charCodeAt(0)).buffer;
}

/** @param {ArrayBuffer} buffer @returns {string} base64url */
function text(buffer) {
  const raw = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {{ id: string }[] | undefined} known */
function descriptors(known) {
  return (known ?? []).map(({ id }) => ({ id: bytes(id), type: /** @type {const} */ ("public-key") }));
}

/**
 * Have the browser make a passkey, or sign with one. What `toJSON` of newer browsers would give.
 * @param {HTMLFormElement} form
 */
async function answer(form) {
  const options = JSON.parse(form.dataset.options ?? "");
  options.challenge = bytes(options.challenge);
  const isNew = form.dataset.passkey === "create";
  if (isNew) {
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = descriptors(options.excludeCredentials);
  } else {
    options.allowCredentials = descriptors(options.allowCredentials);
  }
  const made = isNew
    ? await navigator.credentials.create({ publicKey: options })
    : await navigator.credentials.get({ publicKey: options });
  if (!(made instanceof PublicKeyCredential)) throw new Error("no passkey");
  const { response } = made;
  /** @type {Record<string, string>} */
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts.attestationObject = text(response.attestationObject);
  } else if (response instanceof AuthenticatorAssertionResponse) {
    parts.authenticatorData = text(response.authenticatorData);
    parts.signature = text(response.signature);
    if (response.userHandle) parts.userHandle = text(response.userHandle);
  }
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: parts,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
  });
}

/** @param {HTMLFormElement} form @param {string} message */
function alertIn(form, message) {
  const paragraph = document.createElement("p");
  paragraph.textContent = message;
  form.querySelector(".alert")?.replaceChildren(paragraph);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem("answer");
    const name = form.elements.namedItem("name");
    // Without a name the server answers with the error at its field.
    if (!(field instanceof HTMLInputElement) || (name instanceof HTMLInputElement && !name.value.trim())) return;
    event.preventDefault();
    form.querySelector(".alert")?.replaceChildren();
    if (!window.PublicKeyCredential) return alertIn(form, form.dataset.unsupported ?? "");
    const button = form.querySelector("button");
    button?.setAttribute("aria-busy", "true");
    try {
      field.value = await answer(form);
    } catch {
      return alertIn(form, form.dataset.failed ?? "");
    } finally {
      button?.removeAttribute("aria-busy");
    }
    form.submit();
  });
}

// Tells the setup guide that the link of an offer was copied or opened.

document.addEventListener("click", (event) => {
  const source = event.target instanceof Element ? event.target.closest("[data-shared]") : null;
  if (!(source instanceof HTMLElement)) return;
  const form = new FormData();
  form.set("csrf_token", source.dataset.token ?? "");
  navigator.sendBeacon(source.dataset.shared ?? "", form);
});

export {};

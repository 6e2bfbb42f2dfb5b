/** Marks the visit as over once its order is paid: opening the offer again starts a new purchase. And prints the page. */

const visit = document.querySelector('main')?.dataset.visit;
try {
  const key = visit && localStorage.getItem(visit);
  if (key) localStorage.setItem(`${visit}-over`, key);
} catch {
  // Without localStorage there is nothing to mark.
}

const print = document.querySelector('#print');
if (print instanceof HTMLElement) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

export {};

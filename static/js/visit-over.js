/** Marks the visit as over once its order is paid: opening the offer again starts a new purchase. */

const visit = document.querySelector('main')?.dataset.visit;
try {
  const key = visit && localStorage.getItem(visit);
  if (key) localStorage.setItem(`${visit}-over`, key);
} catch {
  // Without localStorage there is nothing to mark.
}

export {};

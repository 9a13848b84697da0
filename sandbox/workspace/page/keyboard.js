/** The place of the keyboard in a message, so that it is found again when the message is drawn anew. */
const marks = (element) =>
  element.dataset.action
    ? `[data-action="${CSS.escape(element.dataset.action)}"]`
    : element.hasAttribute('href')
      ? `[href="${CSS.escape(element.getAttribute('href'))}"]`
      : element.parentElement?.dataset.fold
        ? `[data-fold="${CSS.escape(element.parentElement.dataset.fold)}"] > summary`
        : ':scope';
let last;

/**
 * Does something to a message, and puts the keyboard back where it was in it: on the message itself, where that is gone.
 * What was unfolded stays so.
 */
export function keepingPlace(article, change) {
  const { activeElement } = document;
  const mark = article.contains(activeElement) && marks(activeElement);
  const unfolded = new Set([...article.querySelectorAll('[data-fold][open]')].map(({ dataset }) => dataset.fold));
  change();
  for (const fold of article.querySelectorAll('[data-fold]')) fold.open = unfolded.has(fold.dataset.fold);
  if (mark) (find(article, mark) ?? article).focus();
}

const find = (article, mark) => (mark === ':scope' ? article : article.querySelector(mark));

addEventListener('focusin', ({ target }) => {
  const article = target.closest('article');
  if (article) last = { list: article.parentElement.id, ts: article.dataset.ts, mark: marks(target) };
  else if (!target.closest('dialog')) last = undefined;
});

/**
 * A dialog gives the keyboard back to what opened it; a message may have been drawn anew meanwhile. Until the browser draws
 * again, the keyboard is then still in the dialog that has gone.
 */
document.addEventListener(
  'close',
  ({ target }) => {
    const { activeElement } = document;
    if (!last || (activeElement !== document.body && !target.contains(activeElement))) return;
    const article = document.querySelector(`#${last.list} [data-ts="${last.ts}"]`);
    (article && (find(article, last.mark) ?? article))?.focus();
  },
  true,
);

/** Up and down from message to message. */
addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const log = event.target.closest?.('.log');
  if (!step || !log || (event.target !== log && event.target.tagName !== 'ARTICLE')) return;
  const articles = [...log.querySelectorAll('article')];
  const at = articles.indexOf(event.target);
  const next = at < 0 ? articles.at(-1) : articles[at + step];
  next?.focus();
  event.preventDefault();
});

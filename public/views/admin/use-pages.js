// @ts-check
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n/translate.js';
import { html } from '../html.js';
import { Problem, useAction } from '../use-action.js';

/**
 * A list that comes in pages, of which the first is loaded at once.
 *
 * @template Item
 * @param {(cursor: string | undefined) => Promise<{ items: Item[], nextCursor: string | null }>} load
 * @param {string} [of] which list it is; another one is loaded from its start
 */
export function usePages(load, of = '') {
  const [items, setItems] = useState(/** @type {Item[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const wanted = useRef(of);
  const { busy, problem, run } = useAction();
  /** @param {string} [cursor] */
  const get = (cursor) =>
    run(async () => {
      const page = await load(cursor);
      // Meanwhile another list may be wanted.
      if (wanted.current !== of) return;
      setItems((shown) => (cursor === undefined ? page.items : [...(shown ?? []), ...page.items]));
      setNext(page.nextCursor);
    });
  useEffect(() => {
    wanted.current = of;
    setNext(null);
    void get();
  }, [of]);
  const reload = () => get();
  const more = next === null ? null : () => get(next);
  return { items, setItems, reload, more, busy, problem };
}

/**
 * Below such a list: that it is empty, why it could not be loaded, the way to its next page.
 *
 * @param {{ pages: Pick<ReturnType<typeof usePages>, 'items' | 'more' | 'busy' | 'problem'>, none: string }} props
 *   `none` says that the list is empty
 */
export function PagesEnd({ pages: { items, more, busy, problem }, none }) {
  return html`<div class="pages-end">
    <p class="hint" role="status">${items?.length === 0 && none}</p>
    ${more && html`<button type="button" class="secondary" disabled=${busy} onClick=${more}>${t('search.more')}</button>`}
    <${Problem} text=${problem} />
  </div>`;
}

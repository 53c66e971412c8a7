// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { findPeople } from '../state/people.js';
import { me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { BotBadge } from './author-name.js';
import { Avatar } from './avatar.js';
import { Dialog } from './dialog.js';
import { usePeople } from './use-people.js';
import { html } from './html.js';
import { Icon } from './icons.js';

const PAUSE_MS = 150;

/**
 * A dialog to find somebody by name and pick them.
 *
 * @param {{ title: string, onPick: (user: User) => Promise<void>, onClose: () => void,
 *   except?: ReadonlySet<string> }} props
 */
export function PeopleFinder({ title, onPick, onClose, except = new Set() }) {
  const [query, setQuery] = useState('');
  const [people, setPeople] = usePeople();
  const [isLoaded, setLoaded] = useState(false);
  const { busy, problem, run } = useAction();
  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(
      () =>
        void run(async () => {
          const found = await findPeople(query.trim());
          if (isOld) return;
          setPeople(found.filter(({ id }) => id !== me.value?.id));
          setLoaded(true);
        }),
      PAUSE_MS,
    );
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [query]);
  const pick = async (/** @type {User} */ user) => {
    if (await run(() => onPick(user))) onClose();
  };
  // Somebody who was added meanwhile, also by others, is not offered.
  const offered = people.filter(({ id }) => !except.has(id));
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <label class="search">
      <${Icon} name="search" />
      <span class="visually-hidden">${t('people.find')}</span>
      <input
        type="search"
        placeholder=${t('people.find')}
        autocomplete="off"
        autofocus
        value=${query}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setQuery(currentTarget.value)}
      />
    </label>
    <ul class="found-people" aria-busy=${busy}>
      ${offered.map(
        (user) =>
          html`<li key=${user.id}>
            <button type="button" class="person" onClick=${() => pick(user)}>
              <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
              ${user.isBot && html`<${BotBadge} />`}
            </button>
          </li>`,
      )}
    </ul>
    ${isLoaded && offered.length === 0 && html`<p class="hint">${query ? t('people.noneFound') : t('people.none')}</p>`}
    <${Problem} text=${problem} />
  <//>`;
}

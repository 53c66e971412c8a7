// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useEffect } from 'preact/hooks';
import { t, tParts } from '../i18n/translate.js';
import { block, blockedPeople, isBlocked, loadBlocks, unblock } from '../state/blocks.js';
import { me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Avatar } from './avatar.js';
import { html } from './html.js';

/** Lets the user block or unblock somebody, and explains blocking. @param {{ user: User }} props */
export function BlockChoice({ user }) {
  const { busy, problem, run } = useAction();
  // Another device may have changed the list.
  useEffect(() => void run(loadBlocks), []);
  const blocked = isBlocked(user.id);
  return html`<section class="part block-choice">
    <p class="hint">${blocked ? t('person.isBlocked') : t('person.blockHint')}</p>
    <button
      type="button"
      class=${blocked ? 'quiet' : 'danger'}
      disabled=${busy}
      onClick=${() => run(() => (blocked ? unblock(user.id) : block(user)))}
    >
      ${blocked ? t('person.unblock') : t('person.block')}
    </button>
    <${Problem} text=${problem} />
  </section>`;
}

/** The people whom the user has blocked. */
export function BlockedPeople() {
  const { busy, problem, run } = useAction();
  // Another device may have changed the list.
  useEffect(() => void run(loadBlocks), []);
  const people = blockedPeople.value;
  return html`<details class="part">
    <summary>${t('profile.blocked')}</summary>
    ${people.length === 0 && html`<p class="hint">${t('profile.blockedNobody')}</p>`}
    <ul aria-label=${t('profile.blocked')}>
      ${people.map(
        (user) =>
          html`<li class="person" key=${user.id}>
            <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
            <button
              type="button"
              class="quiet"
              disabled=${busy}
              onClick=${() => run(() => unblock(user.id))}
            >
              ${t('person.unblock')}
            </button>
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />
  </details>`;
}

/** Reminds the user, in a direct room, that the other person is blocked. @param {{ openRoom: OpenRoom }} props */
export function BlockedNotice({ openRoom }) {
  const { busy, problem, run } = useAction();
  if (openRoom.room.value?.kind !== 'direct') return null;
  const other = openRoom.roster.all.value.find(({ id }) => id !== me.value?.id);
  if (!other || !isBlocked(other.id)) return null;
  return html`<div class="blocked-notice" aria-live="polite">
    <span>${tParts('person.cannotWrite', { name: html`<bdi>${other.name}</bdi>` })}</span>
    <button
      type="button"
      class="quiet"
      disabled=${busy}
      onClick=${() => run(() => unblock(other.id))}
    >
      ${t('person.unblock')}
    </button>
    <${Problem} text=${problem} />
  </div>`;
}

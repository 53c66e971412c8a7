// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { formatNumber } from '../i18n/format.js';
import { t } from '../i18n/translate.js';
import { personById } from '../state/people.js';
import { toggleReaction } from '../state/reactions.js';
import { me } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { html } from './html.js';

/** The most names to show; the others are counted. */
const MAX_NAMES = 20;

/** @param {{ message: Message, openRoom: OpenRoom }} props */
export function Reactions({ message, openRoom }) {
  const { problem, run } = useAction();
  if (message.reactions.length === 0) return null;
  return html`<ul class="reactions" aria-label=${t('reactions.list')}>
      ${message.reactions.map(
        ({ emoji, userIds }) =>
          html`<li key=${emoji}>
            <button
              type="button"
              aria-pressed=${userIds.includes(me.value?.id ?? '')}
              aria-label=${t('reactions.one', { emoji, count: userIds.length, names: whoOf(userIds, openRoom) })}
              title=${whoOf(userIds, openRoom)}
              onClick=${() => run(() => toggleReaction(message, emoji))}
            >
              ${emoji} <span class="count">${formatNumber(userIds.length)}</span>
            </button>
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />`;
}

/**
 * @param {string[]} userIds
 * @param {OpenRoom} openRoom
 */
function whoOf(userIds, { roster }) {
  const people = roster.all.value;
  const names = userIds.slice(0, MAX_NAMES).map((id) => {
    if (id === me.value?.id) return t('common.you');
    return (people.find((person) => person.id === id) ?? personById(id))?.name ?? '…';
  });
  const count = userIds.length - names.length;
  const listed = names.join(', ');
  return count > 0 ? t('reactions.andMore', { names: listed, count }) : listed;
}

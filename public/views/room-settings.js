// @ts-check
/** @import { Room } from '../../src/protocol/resources.ts' */
/** @import { OpenRoom } from '../state/open-room.js' */
import { useEffect, useState } from 'preact/hooks';
import { duration } from '../i18n/format.js';
import { t } from '../i18n/translate.js';
import { withLatestProfile } from '../state/people.js';
import { isOwner } from '../state/permissions.js';
import { updateRoom } from '../state/room-calls.js';
import { api } from '../state/client.js';
import { Problem, useAction } from './use-action.js';
import { Avatar } from './avatar.js';
import { Dialog } from './dialog.js';
import { usePeople } from './use-people.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';
import { Integrations } from './lazy-views.js';
import { RoomMembers } from './room-members.js';

/** Seconds of slow mode to choose from. */
const PAUSES = [0, 5, 10, 30, 60, 300, 3600];

/**
 * For moderators and owners. Only changed fields are saved. The others follow the room, which somebody else may
 * change meanwhile.
 *
 * @param {{ room: Room, openRoom: OpenRoom, onClose: () => void }} props
 */
export function RoomSettings({ room, openRoom, onClose }) {
  const owner = isOwner(room);
  const [typed, setTyped] = useState(
    /** @type {{ name?: string, topic?: string, slowModeSeconds?: number }} */ ({}),
  );
  const { form, busy, errors, onSubmit } = useForm(async () => {
    const { name, topic, slowModeSeconds } = typed;
    await updateRoom(room.id, {
      ...(owner && name !== undefined && { name: name.trim() }),
      ...(topic !== undefined && { topic: topic.trim() }),
      ...(slowModeSeconds !== undefined && { slowModeSeconds }),
    });
    onClose();
  });
  const [showsIntegrations, setShowsIntegrations] = useState(false);
  if (showsIntegrations) return html`<${Integrations} roomId=${room.id} onClose=${onClose} />`;
  const pauses = [...new Set([...PAUSES, room.slowModeSeconds])].toSorted((a, b) => a - b);
  return html`<${Dialog} title=${t('room.about')} onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      ${owner && html`<${Field} label=${t('room.name')} name="name" maxlength="50" required autocomplete="off" value=${typed.name ?? room.name} onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped({ ...typed, name: currentTarget.value })} errors=${errors} />`}
      <${Field}
        label=${t('room.topic')}
        name="topic"
        maxlength="200"
        autocomplete="off"
        value=${typed.topic ?? room.topic}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped({ ...typed, topic: currentTarget.value })}
        errors=${errors}
      />
      <div class="field">
        <label for="field-slowModeSeconds">${t('room.slowMode')}</label>
        <select
          id="field-slowModeSeconds"
          name="slowModeSeconds"
          onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => setTyped({ ...typed, slowModeSeconds: Number(currentTarget.value) })}
        >
          ${pauses.map(
            (seconds) =>
              html`<option
                key=${seconds}
                value=${seconds}
                selected=${seconds === (typed.slowModeSeconds ?? room.slowModeSeconds)}
              >
                ${seconds === 0 ? t('room.slowModeOff') : duration(seconds)}
              </option>`,
          )}
        </select>
        <p class="hint">${t('room.slowModeHint')}</p>
      </div>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>${t('common.save')}</button>
    </form>
    <section class="part">
      <button type="button" class="quiet" onClick=${() => setShowsIntegrations(true)}>
        ${t('hooks.title')}
      </button>
      <p class="hint">${t('hooks.hint')}</p>
    </section>
    ${owner && html`<${RoomMembers} openRoom=${openRoom} />`}
    <${Banned} roomId=${room.id} memberCount=${openRoom.room.value?.memberCount} />
    ${owner && html`<${DeleteRoom} room=${room} onClose=${onClose} />`}
  <//>`;
}

/** @param {{ roomId: string, memberCount: number | undefined }} props */
function Banned({ roomId, memberCount }) {
  const [banned, setBanned] = usePeople();
  const { busy, problem, run } = useAction();
  const load = () =>
    run(async () => setBanned((await api.listBans(roomId)).users.map(withLatestProfile)));
  // A ban by somebody else changes the number of members, as does adding somebody who was banned.
  useEffect(() => void load(), [roomId, memberCount]);
  const lift = async (/** @type {string} */ id) => {
    if (await run(() => api.liftBan(roomId, id))) await load();
  };
  if (banned.length === 0) return html`<${Problem} text=${problem} />`;
  return html`<section class="part">
    <h3>${t('room.banned')}</h3>
    <ul>
      ${banned.map(
        (user) =>
          html`<li class="person" key=${user.id}>
            <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
            <button type="button" class="quiet" disabled=${busy} onClick=${() => lift(user.id)}>
              ${t('room.liftBan')}
            </button>
          </li>`,
      )}
    </ul>
    <${Problem} text=${problem} />
  </section>`;
}

/** @param {{ room: Room, onClose: () => void }} props */
function DeleteRoom({ room, onClose }) {
  const [typed, setTyped] = useState('');
  const { busy, problem, run } = useAction();
  const remove = async () => (await run(() => api.deleteRoom(room.id))) && onClose();
  return html`<details class="part">
    <summary>${t('room.delete')}</summary>
    <div class="field">
      <label for="delete-name">${t('room.deleteConfirm')}</label>
      <input
        id="delete-name"
        autocomplete="off"
        value=${typed}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped(currentTarget.value)}
      />
      <button
        type="button"
        class="danger"
        disabled=${busy || typed.trim() !== room.name}
        onClick=${remove}
      >
        ${t('room.deleteNow')}
      </button>
      <${Problem} text=${problem} />
    </div>
  </details>`;
}

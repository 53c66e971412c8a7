// @ts-check
/** @import { Room } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { withLatestProfile } from '../state/people.js';
import { isOwner } from '../state/permissions.js';
import { updateRoom } from '../state/room-calls.js';
import { api } from '../state/session.js';
import { Problem, useAction } from './use-action.js';
import { Avatar } from './avatar.js';
import { Dialog } from './dialog.js';
import { usePeople } from './use-people.js';
import { Field, FormError, useForm } from './forms.js';
import { html } from './html.js';

/** @type {Record<number, string>} */
const PAUSES = {
  0: 'Off',
  5: '5 seconds',
  10: '10 seconds',
  30: '30 seconds',
  60: '1 minute',
  300: '5 minutes',
  3600: '1 hour',
};

/**
 * For moderators and owners. Only changed fields are saved. The others follow the room, which somebody else may
 * change meanwhile.
 *
 * @param {{ room: Room, memberCount: number | undefined, onClose: () => void }} props
 */
export function RoomSettings({ room, memberCount, onClose }) {
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
  const pauses = {
    ...PAUSES,
    [room.slowModeSeconds]: PAUSES[room.slowModeSeconds] ?? `${room.slowModeSeconds} seconds`,
  };
  return html`<${Dialog} title="About this room" onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      ${owner && html`<${Field} label="Room name" name="name" maxlength="50" required autocomplete="off" value=${typed.name ?? room.name} onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped({ ...typed, name: currentTarget.value })} errors=${errors} />`}
      <${Field}
        label="Topic"
        name="topic"
        maxlength="200"
        autocomplete="off"
        value=${typed.topic ?? room.topic}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setTyped({ ...typed, topic: currentTarget.value })}
        errors=${errors}
      />
      <div class="field">
        <label for="field-slowModeSeconds">Slow mode</label>
        <select
          id="field-slowModeSeconds"
          name="slowModeSeconds"
          onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => setTyped({ ...typed, slowModeSeconds: Number(currentTarget.value) })}
        >
          ${Object.entries(pauses).map(
            ([seconds, name]) =>
              html`<option
                key=${seconds}
                value=${seconds}
                selected=${Number(seconds) === (typed.slowModeSeconds ?? room.slowModeSeconds)}
              >
                ${name}
              </option>`,
          )}
        </select>
        <p class="hint">How long a member waits between two messages.</p>
      </div>
      <${FormError} errors=${errors} />
      <button class="primary" disabled=${busy}>Save</button>
    </form>
    <${Banned} roomId=${room.id} memberCount=${memberCount} />
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
    <h3>Banned</h3>
    <ul>
      ${banned.map(
        (user) =>
          html`<li class="person" key=${user.id}>
            <${Avatar} user=${user} /> <bdi>${user.name}</bdi>
            <button type="button" class="quiet" disabled=${busy} onClick=${() => lift(user.id)}>
              Lift the ban
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
    <summary>Delete this room</summary>
    <div class="field">
      <label for="delete-name"
        >This deletes all its messages for everybody. To confirm, type the name of the room:</label
      >
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
        Delete the room
      </button>
      <${Problem} text=${problem} />
    </div>
  </details>`;
}

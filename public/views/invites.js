// @ts-check
/** @import { Invite } from '../../src/protocol/invites.ts' */
/** @import { Room } from '../../src/protocol/resources.ts' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { dateAndTime, duration, formatNumber } from '../i18n/format.js';
import { t } from '../i18n/translate.js';
import { api } from '../state/client.js';
import { AskingButton } from './asking-button.js';
import { copyText } from './clipboard.js';
import { Dialog } from './dialog.js';
import { FormError, useForm } from './forms.js';
import { html } from './html.js';
import { ownLink } from './own-link.js';
import { QrCode } from './qr-code.js';
import { Problem, useAction } from './use-action.js';

/** How long a link works, in seconds, to choose from; the second is what is chosen at first. */
const LIVES = [86_400, 7 * 86_400, 30 * 86_400, 3600];
const FIRST_LIFE = 7 * 86_400;
/** How many people it lets in; 0: any number. */
const MAX_USES = [0, 1, 5, 10, 25, 100];

/**
 * For moderators and owners: links that let people into a room.
 *
 * @param {{ room: Pick<Room, 'id' | 'memberCount'>, onClose: () => void }} props
 */
export function InviteDialog({ room, onClose }) {
  return html`<${Dialog} title=${t('invites.title')} onClose=${onClose}
    ><${Invites} room=${room}
  /><//>`;
}

/**
 * Links that let people into a room. Without a room, for admins: links by which people sign up.
 *
 * @param {{ room: Pick<Room, 'id' | 'memberCount'> | null }} props
 */
export function Invites({ room }) {
  const roomId = room?.id ?? null;
  const [invites, setInvites] = useState(/** @type {Invite[] | null} */ (null));
  const { busy, problem, run } = useAction();
  const load = async () => setInvites((await api.invites.list(roomId)).invites);
  // Whoever joins may have come by one of them.
  useEffect(() => void run(load), [roomId, room?.memberCount]);
  const creation = useForm(async (text) => {
    const maxUses = Number(text('maxUses'));
    await api.invites.create(roomId, {
      expiresIn: Number(text('expiresIn')),
      ...(maxUses > 0 && { maxUses }),
    });
    await load();
  });
  const revoke = (/** @type {string} */ code) =>
    run(async () => {
      await api.invites.revoke(roomId, code);
      await load();
    });
  return html`<p class="hint">${t(room ? 'invites.hint' : 'invites.serverHint')}</p>
    <form class="new-invite" ref=${creation.form} onSubmit=${creation.onSubmit}>
      <${Choice}
        name="expiresIn"
        label=${t('invites.expiresIn')}
        values=${LIVES.toSorted((a, b) => a - b)}
        first=${FIRST_LIFE}
        textOf=${duration}
      />
      <${Choice}
        name="maxUses"
        label=${t('invites.maxUses')}
        values=${MAX_USES}
        first=${0}
        textOf=${(/** @type {number} */ uses) => (uses === 0 ? t('invites.anyNumber') : formatNumber(uses))}
      />
      <${FormError} errors=${creation.errors} />
      <button class="primary" disabled=${creation.busy}>${t('invites.create')}</button>
    </form>
    <section class="part">
      <h3 id="invites-list">${t('invites.list')}</h3>
      <ul class="invites" aria-labelledby="invites-list" aria-live="polite">
        ${invites?.map(
          (invite) =>
            html`<${InviteRow}
              key=${invite.code}
              invite=${invite}
              busy=${busy}
              onRevoke=${() => revoke(invite.code)}
            />`,
        )}
      </ul>
      ${invites?.length === 0 && html`<p class="hint">${t('invites.none')}</p>`}
      <${Problem} text=${problem} />
    </section>`;
}

/** @param {{ name: string, label: string, values: number[], first: number, textOf: (value: number) => string }} props */
function Choice({ name, label, values, first, textOf }) {
  return html`<div class="field">
    <label for=${`invite-${name}`}>${label}</label>
    <select id=${`invite-${name}`} name=${name}>
      ${values.map(
        (value) =>
          html`<option key=${value} value=${value} selected=${value === first}>
            ${textOf(value)}
          </option>`,
      )}
    </select>
  </div>`;
}

/** @param {{ invite: Invite, busy: boolean, onRevoke: () => void }} props */
function InviteRow({ invite, busy, onRevoke }) {
  const link = useRef(/** @type {HTMLElement | null} */ (null));
  const [copied, setCopied] = useState(/** @type {boolean | null} */ (null));
  const [hasCode, setHasCode] = useState(false);
  const { code, expiresAt, uses, maxUses } = invite;
  const url = ownLink(invite.url);
  const id = `invite-${code}`;
  const copy = async () => setCopied(await copyText(url, link.current));
  const used =
    maxUses === null
      ? t('invites.uses', { count: uses })
      : t('invites.usesOf', { uses: formatNumber(uses), maxUses: formatNumber(maxUses) });
  return html`<li>
    <p class="invite-link" id=${id} ref=${link} dir="ltr">${url}</p>
    <p class="hint">${used}, ${t('invites.until', { date: dateAndTime(new Date(expiresAt)) })}</p>
    <div class="invite-actions">
      <button type="button" class="quiet" aria-describedby=${id} onClick=${copy}>
        ${t('invites.copy')}
      </button>
      <button
        type="button"
        class="quiet"
        aria-describedby=${id}
        aria-expanded=${hasCode}
        onClick=${() => setHasCode(!hasCode)}
      >
        ${t('invites.qr')}
      </button>
      <${AskingButton}
        name=${t('invites.revoke')}
        question=${t('invites.askRevoke')}
        isQuiet
        disabled=${busy}
        onConfirm=${onRevoke}
      />
      <span class="hint" role="status"
        >${copied !== null && t(copied ? 'invites.copied' : 'invites.copyByHand')}</span
      >
    </div>
    ${hasCode && html`<${QrCode} text=${url} label=${t('invites.qr')} />`}
  </li>`;
}

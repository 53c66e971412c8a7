// @ts-check
/** @import { InvitePreview } from '../../src/protocol/invites.ts' */
/** @import { TextKey } from '../i18n/translate.js' */
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../client/api-error.js';
import { refusalAndWait } from '../i18n/refusals.js';
import { t, tParts } from '../i18n/translate.js';
import { INVITE_ENDS } from '../shared/invite-ends.js';
import { goToRoom } from '../state/route.js';
import { api } from '../state/client.js';
import { forgetInvite, inviteCode, me } from '../state/session.js';
import { html } from './html.js';
import { SignIn, Welcome } from './sign-in.js';

/** @type {Record<keyof typeof INVITE_ENDS, TextKey>} */
const ENDS = {
  revoked: 'invite.revoked',
  expired: 'invite.expired',
  usedUp: 'invite.usedUp',
};

/**
 * What the link of an invite opens: who invites to what. Strangers sign up or in, and are taken to the room then; others
 * join it by a button.
 */
export function Invitation() {
  const [preview, setPreview] = useState(/** @type {InvitePreview | null} */ (null));
  const [refusal, setRefusal] = useState(/** @type {ApiError | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [cameSignedIn] = useState(me.value !== null);
  const code = inviteCode.value ?? '';
  const mayEnter = me.value !== null && !cameSignedIn && preview !== null;

  /** @param {() => Promise<void>} work */
  async function run(work) {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  }
  const load = () => run(async () => setPreview(await api.invites.preview(code)));
  const enter = () =>
    run(async () => {
      if (preview?.room) goToRoom((await api.invites.accept(code)).id);
      forgetInvite();
    });
  useEffect(() => void load(), [code]);
  useEffect(() => {
    if (mayEnter) void enter();
  }, [mayEnter]);

  if (refusal) {
    const again = preview ? enter : load;
    return html`<${Welcome}><${Refused} refusal=${refusal} tryAgain=${again} /><//>`;
  }
  if (!preview) return null;
  const notice = html`<${Notice} preview=${preview} />`;
  if (!me.value) return html`<${SignIn} notice=${notice} first="create" />`;
  if (!cameSignedIn) return null;
  const { room } = preview;
  return html`<${Welcome}>
    ${notice}
    <p class="hint">
      ${tParts(room ? 'invite.signedInAs' : 'invite.hasAccount', { name: html`<bdi>${me.value.name}</bdi>` })}
    </p>
    ${
      room &&
      html`<button type="button" class="primary" disabled=${busy} onClick=${enter}>
        ${tParts('invite.join', { room: html`<bdi>${room.name}</bdi>` })}
      </button>`
    }
    <button type="button" class="quiet" onClick=${forgetInvite}>
      ${t(room ? 'invite.notNow' : 'invite.without')}
    </button>
  <//>`;
}

/** @param {{ preview: InvitePreview }} props */
function Notice({ preview: { room, invitedBy } }) {
  const name = html`<bdi>${invitedBy.name}</bdi>`;
  return html`<div class="notice">
    <h2>
      ${
        room
          ? tParts('invite.toRoom', { name, room: html`<bdi>${room.name}</bdi>` })
          : tParts('invite.toServer', { name })
      }
    </h2>
    ${
      room &&
      html`<p>
        ${room.kind === 'private' && `${t('invite.private')}, `}${t('people.members', { count: room.memberCount })}
      </p>`
    }
  </div>`;
}

/** @param {{ refusal: ApiError, tryAgain: () => void }} props */
function Refused({ refusal, tryAgain }) {
  const [end] = Object.entries(INVITE_ENDS).find(([, text]) => text === refusal.message) ?? [];
  const text = refusalAndWait(refusal, {
    forbidden: 'invite.banned',
    ...(end && { invite_not_found: ENDS[/** @type {keyof typeof INVITE_ENDS} */ (end)] }),
  });
  const isFinal = refusal.code === 'invite_not_found' || refusal.code === 'forbidden';
  return html`<div role="alert" class="notice"><p>${text}</p></div>
    ${
      !isFinal &&
      html`<button type="button" class="primary" onClick=${tryAgain}>
        ${t('common.tryAgain')}
      </button>`
    }
    <button type="button" class="quiet" onClick=${forgetInvite}>${t('invite.without')}</button>`;
}

// @ts-check
import { t } from '../i18n/translate.js';
import { api, client } from '../state/client.js';
import { FormError, useForm } from './forms.js';
import { html } from './html.js';

/** Downloads what the user has on the server. The browser saves it as it arrives: it may be larger than memory. */
export function OwnData() {
  const { form, busy, errors, onSubmit } = useForm(async () => {
    const anchor = document.createElement('a');
    anchor.href = api.exportUrl(await client.ticket()).href;
    anchor.download = '';
    anchor.click();
  });
  return html`<form class="part" ref=${form} onSubmit=${onSubmit}>
    <p>${t('ownData.what')}</p>
    <${FormError} errors=${errors} />
    <button class="secondary" disabled=${busy}>${t('ownData.download')}</button>
  </form>`;
}

// @ts-check
/** @import { TextsByCode } from '../i18n/refusals.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../client/api-error.js';
import { LANGUAGE_OF_SERVER, refusalAndWait, refusalText } from '../i18n/refusals.js';
import { language, t } from '../i18n/translate.js';
import { html } from './html.js';

/** @typedef {() => string} Text a text in the language of the page as it is when it is rendered */

/** @type {Record<string, string>} the field that a refusal is about, by its code */
const FIELD_OF_CODE = { email_taken: 'email', name_taken: 'name', room_name_taken: 'name' };

/**
 * The state of a form: whether it is being submitted, and what went wrong, by field or as a whole.
 *
 * @param {(text: (field: string) => string) => Promise<void>} action receives a function that returns the text of a field
 * @param {TextsByCode} [texts] what codes of refusals mean here
 */
export function useForm(action, texts = {}) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [failures, setFailures] = useState(/** @type {Record<string, Text>} */ ({}));

  /** @param {SubmitEvent} event */
  async function onSubmit(event) {
    event.preventDefault();
    if (busy || !form.current) return;
    const invalid = invalidFields(form.current);
    if (Object.keys(invalid).length > 0) {
      setFailures(invalid);
      return;
    }
    setBusy(true);
    setFailures({});
    try {
      const fields = new FormData(form.current);
      await action((field) => {
        const value = fields.get(field);
        return typeof value === 'string' ? value : '';
      });
    } catch (error) {
      setFailures(byField(error, form.current, texts));
    } finally {
      setBusy(false);
    }
  }

  useEffect(() => {
    // The bubbles of browsers are in the browser's language, which may not be the page's.
    if (form.current) form.current.noValidate = true;
  }, []);
  useEffect(() => {
    const [first] = Object.keys(failures);
    const field = first ? form.current?.elements.namedItem(first) : null;
    if (field instanceof HTMLElement) field.focus();
  }, [failures]);

  const errors = Object.fromEntries(
    Object.entries(failures).map(([field, text]) => [field, text()]),
  );
  return { form, busy, errors, onSubmit };
}

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, Text>} what is wrong, by name of field, before the server is asked
 */
function invalidFields(form) {
  const fields = [...form.elements].filter((field) => field instanceof HTMLInputElement);
  const invalid = fields.filter((field) => !field.validity.valid);
  return Object.fromEntries(invalid.map((field) => [field.name, fieldText(field)]));
}

/**
 * @param {unknown} error
 * @param {HTMLFormElement | null} form
 * @param {TextsByCode} texts
 * @returns {Record<string, Text>} by name of field; what is about no field under ""
 */
function byField(error, form, texts) {
  if (!(error instanceof ApiError)) throw error;
  const field = FIELD_OF_CODE[error.code];
  if (field) return { [field]: () => refusalText(error) };
  /** @type {Record<string, Text>} */
  const errors = {};
  for (const { path, message } of error.details) {
    const name = path.split(/[./]/).at(-1) ?? '';
    const input = name && form?.elements.namedItem(name);
    if (input) errors[name] = detailText(message, input);
  }
  if (Object.keys(errors).length > 0) return errors;
  return { '': () => refusalAndWait(error, texts) };
}

/**
 * Says what is wrong with a field: in the server's words where these are in the language of the page, otherwise by
 * what the form asks of the field.
 *
 * @param {string} message the server's
 * @param {Element | RadioNodeList} input
 * @returns {Text}
 */
function detailText(message, input) {
  const own = input instanceof HTMLInputElement ? fieldText(input) : () => t('form.invalid');
  return () => (language.value === LANGUAGE_OF_SERVER ? message : own());
}

/**
 * @param {HTMLInputElement} field
 * @returns {Text}
 */
function fieldText({ value, required, minLength, maxLength, type }) {
  const length = [...value.trim()].length;
  if (required && length === 0) return () => t('form.required');
  if (minLength > length) return () => t('form.tooShort', { count: minLength });
  if (maxLength >= 0 && maxLength < length) return () => t('form.tooLong', { count: maxLength });
  return () => t(type === 'email' ? 'form.email' : 'form.invalid');
}

/**
 * A labelled text field; everything else goes to the `<input>`.
 *
 * @param {{ label: string, name: string, errors: Record<string, string>, hint?: string, [attribute: string]: unknown }} props
 */
export function Field({ label, name, errors, hint, ...attributes }) {
  const error = errors[name];
  const id = `field-${name}`;
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      name=${name}
      aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${describedBy || undefined}
      ...${attributes}
    />
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

/** @param {{ errors: Record<string, string> }} props */
export function FormError({ errors }) {
  return html`<div role="alert">${errors[''] && html`<p class="error">${errors['']}</p>`}</div>`;
}

import { open, type FileHandle } from 'node:fs/promises';
import { markupType } from './markup.ts';

/** How much of a file shows whether it is markup, in bytes. */
const HEAD_BYTES = 65_536;
const UNKNOWN = 'application/octet-stream';
const TEXT = 'text/plain';

/** Control characters, but for tab, line feed, form feed and carriage return. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/**
 * Formats that may be text throughout. Other formats cannot: a text that starts like one of them, such as "BMW" or
 * "GIF89a", is text.
 */
const TEXT_FORMATS = new Set([
  'application/eps',
  'application/pdf',
  'application/pgp-encrypted',
  'application/postscript',
  'application/rtf',
  'application/x-ms-regedit',
  'application/xml',
  'model/stl',
  'text/calendar',
  'text/vcard',
  'text/vtt',
]);

/** The media type of a file, by its bytes alone. */
export async function typeOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const head = await readHead(file);
    const markup = markupType(head);
    if (markup) return markup;
    const format = await formatOf(path);
    if (!(await isText(file))) return format ?? UNKNOWN;
    return format && TEXT_FORMATS.has(format) ? format : TEXT;
  } finally {
    await file.close();
  }
}

async function readHead(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

async function formatOf(path: string): Promise<string | undefined> {
  // Loaded at the first file: servers without files need not.
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(path);
  // Without parameters, such as codecs.
  return found?.mime.split(';')[0];
}

/** Whether a file is UTF-8 without control characters, to its end. */
async function isText(file: FileHandle): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
      if (CONTROL.test(decoder.decode(chunk as Buffer, { stream: true }))) return false;
    }
    decoder.decode();
    return true;
  } catch (error) {
    // The decoder throws it for what is no UTF-8.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

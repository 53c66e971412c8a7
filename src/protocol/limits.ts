/*
 * Numbers that code needs without the schemas: the threads of the database are started without TypeBox, which is a
 * tenth of what they would load.
 */

/** The largest body and the largest WebSocket frame, in bytes. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;
/** The longest message, in Unicode code points. */
export const MAX_TEXT = 4000;
/** The longest name, in Unicode code points. */
export const MAX_NAME = 50;
/** How many files one message carries. */
export const MAX_FILES = 10;
/** The longest name of a file, in Unicode code points: file systems of its readers take no more. */
export const MAX_FILE_NAME = 255;
/** How many items a page has, where nobody says. */
export const DEFAULT_LIMIT = 50;

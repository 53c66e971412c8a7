// @ts-check

/**
 * Keeps the page as high as the visible area above the on-screen keyboard. Most browsers shrink the page themselves
 * (`interactive-widget`), and this changes nothing; iOS lays its keyboard over the page and scrolls it away.
 */
export function fitVisibleHeight() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    // A pinch makes the visual viewport smaller too, and must not shrink the page.
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

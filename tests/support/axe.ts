import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const GRAVE = ['serious', 'critical'];
/** Nothing is made of what passes, and of what fails only its markup: selectors of elements cost more than the checks. */
const OPTIONS = { resultTypes: ['violations' as const], selectors: false, preload: false };
/** What a dialog covers does not respond, and is looked at without it. */
const DIALOG = 'dialog[open]';

/**
 * What axe finds on the views of a page, in light and dark. Colours are all that differs between the two, so only
 * they are checked twice.
 */
export class Audit {
  readonly #findings: string[] = [];

  /** Checks what is on the screen now. */
  async look(page: Page, view: string): Promise<void> {
    const isDialog = (await page.locator(DIALOG).count()) > 0;
    const builder = async () => {
      // Its source takes longer than most checks: a document that has it keeps it.
      const isThere = page.frames().length === 1 && (await page.evaluate(`'axe' in window`));
      const axe = new AxeBuilder({ page, ...(isThere === true && { axeSource: ';' }) });
      axe.options(OPTIONS);
      return isDialog ? axe.include(DIALOG) : axe;
    };
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await this.#run(page, `${view}, light`, (await builder()).withTags(TAGS));
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await this.#run(page, `${view}, dark`, (await builder()).withRules(['color-contrast']));
  }

  /** Fails where anything serious or critical was found. */
  passes(): void {
    expect(this.#findings).toEqual([]);
  }

  async #run(page: Page, view: string, axe: AxeBuilder): Promise<void> {
    // Colours that are on their way to another scheme are not those of either.
    const transitions = await page.evaluate<number>(
      'document.getAnimations().filter((one) => one instanceof CSSTransition).length',
    );
    expect(transitions, 'transitions, though less motion is wished for').toBe(0);
    const { violations } = await axe.setLegacyMode(true).analyze();
    for (const { id, impact, nodes } of violations) {
      if (!GRAVE.includes(impact ?? '')) continue;
      for (const { html, any, failureSummary } of nodes)
        this.#findings.push(`${view}: ${id}: ${html} ${any[0]?.message ?? failureSummary ?? ''}`);
    }
  }
}

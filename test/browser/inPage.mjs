// Runs inside the page that is looked at, where there is a document: sent there by page.evaluate, so nothing here may refer to anything else.

/**
 * @param {string} wanted
 * @returns {{ isThere: boolean, name: string }}
 */
export function focusedElement(wanted) {
  const focused = document.activeElement;
  return { isThere: focused?.matches(wanted) ?? false, name: (focused?.getAttribute('aria-label') ?? focused?.textContent ?? '').slice(0, 30) };
}

/** @returns {string | null} */
export function focusedText() {
  return document.activeElement?.textContent ?? null;
}

/** @returns {boolean} */
export function hasFocusRing() {
  const focused = document.activeElement;
  if (focused === null || focused === document.body) return false;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
  return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
}

/** @returns {boolean} */
export function isWiderThanScreen() {
  const main = document.querySelector('main');
  return document.documentElement.scrollWidth > window.innerWidth || (main !== null && main.scrollWidth > main.clientWidth);
}

/**
 * @param {readonly string[]} rules
 * @returns {Promise<string[]>}
 */
export async function axeFaults(rules) {
  const { violations } = await globalThis.axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  return violations.map(({ id, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary?.split('\n')[1]?.trim() ?? ''})`);
    return `${id} at ${nodes.length}: ${places.join(', ')}`;
  });
}

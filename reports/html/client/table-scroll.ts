/** A table that is wider than its place can be scrolled by the keyboard, and says what it is. */
export function startTableScroll(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) mark(target)
  })
  for (const region of document.querySelectorAll('.scroll')) observer.observe(region)
}

function mark(region: Element): void {
  const wide = region.scrollWidth > region.clientWidth
  if (wide) {
    region.setAttribute('tabindex', '0')
    // Not a region: a page with a hundred landmarks has none.
    region.setAttribute('role', 'group')
    region.setAttribute('aria-label', region.querySelector('caption')?.textContent ?? 'table')
  } else {
    for (const name of ['tabindex', 'role', 'aria-label']) region.removeAttribute(name)
  }
}

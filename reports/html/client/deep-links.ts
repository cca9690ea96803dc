/** A link to a figure opens what it is folded into, and holds its place while charts above are drawn. */
export function startDeepLinks(): void {
  window.addEventListener('hashchange', show)
  show()
}

function show(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target === null) return
  for (let at: Element | null = target; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true
  }
  target.scrollIntoView()
}

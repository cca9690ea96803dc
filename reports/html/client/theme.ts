/** The theme in force: the reader's choice, or else the system's. */
const root = document.documentElement
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
const listeners: (() => void)[] = []

/** Value of a CSS variable in the theme in force. */
export function colour(name: string): string {
  return getComputedStyle(root).getPropertyValue(name).trim()
}

export function fontFamily(): string {
  return getComputedStyle(document.body).fontFamily
}

function isDark(): boolean {
  return root.dataset.theme === undefined ? prefersDark.matches : root.dataset.theme === 'dark'
}

/** Called whenever what is drawn has to take other colours. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener)
}

/** @param theme `undefined` for the system's */
export function setTheme(theme: string | undefined): void {
  if (theme === undefined) delete root.dataset.theme
  else root.dataset.theme = theme
  changed()
}

export function chosenTheme(): string | undefined {
  return root.dataset.theme
}

export function startThemeToggle(): void {
  const toggle = document.getElementById('theme-toggle')
  if (toggle === null) return
  toggle.hidden = false
  toggle.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'))
  onThemeChange(() => {
    toggle.textContent = isDark() ? 'Light theme' : 'Dark theme'
  })
  prefersDark.addEventListener('change', changed)
  changed()
}

function changed(): void {
  for (const listener of listeners) listener()
}

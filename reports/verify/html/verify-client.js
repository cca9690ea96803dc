/* Runs in the page as a classic script: switches the theme. */
;(() => {
  const root = document.documentElement
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
  const toggle = document.getElementById('theme-toggle')
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches)
  const name = () => {
    toggle.textContent = isDark() ? 'Light theme' : 'Dark theme'
  }
  toggle.hidden = false
  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    name()
  })
  prefersDark.addEventListener('change', name)
  name()
})()

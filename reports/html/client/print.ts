import { drawAllNow } from './charts.ts'
import { chosenTheme, setTheme } from './theme.ts'

/** Paper is light and has no room to unfold things afterwards. */
export function startPrint(): void {
  let theme: string | undefined
  let closed: HTMLDetailsElement[] = []
  window.addEventListener('beforeprint', () => {
    theme = chosenTheme()
    closed = [...document.querySelectorAll<HTMLDetailsElement>('details.all:not([open])')]
    for (const details of closed) details.open = true
    drawAllNow()
    setTheme('light')
  })
  window.addEventListener('afterprint', () => {
    for (const details of closed) details.open = false
    setTheme(theme)
  })
}

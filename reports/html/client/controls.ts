/** Controls that only a page with its script has. */

export function button(text: string, label: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = text
  element.setAttribute('aria-label', label)
  element.title = label
  element.addEventListener('click', press)
  return element
}

/** A choice of one, with its name in words beside it. */
export function choice(
  name: string,
  labels: readonly string[],
  chosen: number,
  choose: (index: number) => void,
): HTMLElement {
  const select = document.createElement('select')
  select.setAttribute('aria-label', name)
  labels.forEach((label, index) => {
    select.add(new Option(label, String(index), index === chosen, index === chosen))
  })
  select.addEventListener('change', () => choose(Number(select.value)))
  const holder = document.createElement('div')
  holder.className = 'choice'
  holder.append('Mode ', select)
  return holder
}

let quiet: number | undefined

/** Says something in passing, aloud too; gone after a few seconds. */
export function notify(text: string): void {
  const notice = document.getElementById('notice')
  if (notice === null) return
  notice.textContent = text
  window.clearTimeout(quiet)
  quiet = window.setTimeout(() => {
    notice.textContent = ''
  }, 4000)
}

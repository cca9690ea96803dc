/** "Copy as Markdown, CSV, PNG" for every figure and every table. */
import { button, notify } from './controls.ts'
import { cellsOf, toCsv, toMarkdown } from './table-text.ts'
import { colour, fontFamily } from './theme.ts'

export function startCopyActions(): void {
  for (const figure of document.querySelectorAll('figure.chart')) {
    const title = figure.querySelector('h4')?.textContent ?? ''
    const table = figure.querySelector('table')
    const canvas = figure.querySelector('canvas')
    const actions = actionsOf(title, figure.id, table, canvas)
    figure.querySelector('figcaption .title')?.append(linkTo(figure.id, title), actions)
  }
  for (const table of document.querySelectorAll('table')) {
    // The bars of the summary have a chart of their own further down.
    if (table.closest('figure') !== null || table.classList.contains('bars')) continue
    const caption = table.caption?.textContent?.trim() ?? ''
    const scroll = table.closest('.scroll') ?? table
    const actions = actionsOf(caption, caption, table, null)
    actions.classList.add('of-table')
    scroll.before(actions)
  }
}

function linkTo(id: string, title: string): HTMLElement {
  const link = document.createElement('a')
  link.className = 'anchor'
  link.href = `#${id}`
  link.textContent = '#'
  link.setAttribute('aria-label', `Link to ${title}`)
  return link
}

function actionsOf(
  title: string,
  name: string,
  table: HTMLTableElement | null,
  canvas: HTMLCanvasElement | null,
): HTMLElement {
  const actions = document.createElement('div')
  actions.className = 'actions'
  actions.append('Copy as')
  const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'table'
  if (table !== null) {
    actions.append(
      button('Markdown', `Copy ${title} as Markdown`, () => {
        void copyText(toMarkdown(cellsOf(table)), `${file}.md`, 'Markdown')
      }),
      button('CSV', `Copy ${title} as CSV`, () => {
        void copyText(toCsv(cellsOf(table)), `${file}.csv`, 'CSV')
      }),
    )
  }
  if (canvas !== null) {
    actions.append(
      button('PNG', `Copy ${title} as PNG`, () => {
        void copyPicture(canvas, title, `${file}.png`)
      }),
    )
  }
  return actions
}

async function copyText(text: string, file: string, format: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notify(`Copied as ${format}.`)
  } catch {
    save(new Blob([text], { type: 'text/plain' }), file)
  }
}

async function copyPicture(canvas: HTMLCanvasElement, title: string, file: string): Promise<void> {
  const picture = await pictureOf(canvas, title)
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
    notify('Copied as PNG.')
  } catch {
    save(picture, file)
  }
}

/** The canvas on the colour of the page, under its title: a canvas itself is transparent and has none. */
async function pictureOf(canvas: HTMLCanvasElement, title: string): Promise<Blob> {
  const scale = canvas.width / canvas.clientWidth || 1
  const [margin, head] = [16 * scale, 44 * scale]
  const picture = document.createElement('canvas')
  picture.width = canvas.width + 2 * margin
  picture.height = canvas.height + head + margin
  const context = picture.getContext('2d')
  if (context === null) throw new Error('expected a canvas to draw on, got none')
  context.fillStyle = colour('--surface')
  context.fillRect(0, 0, picture.width, picture.height)
  context.fillStyle = colour('--ink')
  context.font = `600 ${15 * scale}px ${fontFamily()}`
  context.fillText(title, margin, head - 16 * scale)
  context.drawImage(canvas, margin, head)
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) =>
      blob === null ? reject(new Error('expected a picture, got none')) : resolve(blob),
    )
  })
}

/** Where the clipboard is out of reach. */
function save(blob: Blob, file: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = file
  link.click()
  // The download reads it after the click has been handled.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  notify(`Saved as ${file}, as the clipboard cannot be written to.`)
}

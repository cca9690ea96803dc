/** What a page carries for its script, read back out of it. Only tests import it. */
import { inflateSync, strFromU8 } from 'fflate'
import type { DrawnChart } from './charts/chart-spec.ts'
import type { PackedTimeline } from './charts/packed-timeline.ts'

export function chartsIn(html: string): DrawnChart[] {
  return scriptsIn(html, 'data-charts').flatMap((text) => unpacked<DrawnChart[]>(text))
}

export function timelinesIn(html: string): PackedTimeline[] {
  return scriptsIn(html, 'data-timeline').map((text) => unpacked<PackedTimeline>(text))
}

function scriptsIn(html: string, attribute: string): string[] {
  const found = html.matchAll(
    new RegExp(`<script type="text/plain" ${attribute}="[^>]*>([^<]*)</script>`, 'g'),
  )
  return [...found].map(([, text]) => text ?? '')
}

function unpacked<T>(text: string): T {
  return JSON.parse(strFromU8(inflateSync(Buffer.from(text, 'base64')))) as T
}

/** What the page's script does, in order: each part leaves the page readable where it cannot do its own. */
import { startCharts } from './charts.ts'
import { startCopyActions } from './copy-actions.ts'
import { startDeepLinks } from './deep-links.ts'
import { startPrint } from './print.ts'
import { startTableScroll } from './table-scroll.ts'
import { startTableSort } from './table-sort.ts'
import { startThemeToggle } from './theme.ts'
import { startTimelines } from './timeline/start-timelines.ts'

startThemeToggle()
startCopyActions()
startTableSort()
startTableScroll()
startCharts()
startTimelines()
startPrint()
startDeepLinks()

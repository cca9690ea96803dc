/* Runs in the page as a classic script, after Chart.js. Draws what #chart-data holds, in the theme in force. */
;(() => {
  const { Chart } = window
  const root = document.documentElement
  const specs = JSON.parse(document.getElementById('chart-data').textContent)
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')
  const toggle = document.getElementById('theme-toggle')
  let charts = []

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim()
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches)

  /** Writes each label's total at the end of its bars. */
  const endTexts = {
    id: 'endTexts',
    afterDatasetsDraw(chart, _args, options) {
      if (!options.texts) return
      const { ctx } = chart
      ctx.save()
      ctx.fillStyle = colour('--ink')
      ctx.font = `600 12px ${Chart.defaults.font.family}`
      ctx.textBaseline = 'middle'
      options.texts.forEach((text, index) => {
        const bars = chart.getSortedVisibleDatasetMetas().map((meta) => meta.data[index])
        if (bars.length === 0) return
        const y = bars.reduce((sum, bar) => sum + bar.y, 0) / bars.length
        ctx.fillText(text, Math.max(...bars.map((bar) => bar.x)) + 8, y)
      })
      ctx.restore()
    },
  }

  /** Room to the right of the plot for the longest text at a bar's end. */
  function endRoom(spec) {
    if (!spec.ends) return 8
    const context = document.createElement('canvas').getContext('2d')
    context.font = `600 12px ${Chart.defaults.font.family}`
    return 16 + Math.max(...spec.ends.texts.map((text) => context.measureText(text).width))
  }

  /** An axis that ends where its data does also marks that end, which is no round number. */
  function keepRoundTicks(axis) {
    const [first, second] = axis.ticks
    if (second === undefined) return
    const step = second.value - first.value
    axis.ticks = axis.ticks.filter(({ value }) => Math.abs(value / step - Math.round(value / step)) < 1e-6)
  }

  /** Upright charts have little room under each group: a label of several words takes two lines. */
  const twoLines = (label) => label.split(/ (?=\S+$)/)

  function valueAxis(spec) {
    return {
      stacked: spec.stacked,
      beginAtZero: !spec.line,
      bounds: spec.ends ? 'data' : 'ticks',
      afterBuildTicks: keepRoundTicks,
      border: { display: false },
      grid: { color: colour('--line') },
      ticks: { color: colour('--quiet'), maxTicksLimit: 6 },
      title: { display: true, text: spec.axis, color: colour('--quiet') },
    }
  }

  function labelAxis(spec) {
    return {
      stacked: spec.stacked,
      border: { color: colour('--line') },
      grid: { display: false },
      ticks: { color: colour('--ink') },
    }
  }

  function draw(spec) {
    const [values, labels] = spec.horizontal ? ['x', 'y'] : ['y', 'x']
    return new Chart(document.getElementById(spec.id), {
      type: spec.line ? 'line' : 'bar',
      data: {
        labels: spec.horizontal ? spec.labels : spec.labels.map(twoLines),
        datasets: spec.series.map((series) => ({
          label: series.label,
          data: series.values,
          backgroundColor: colour(series.colour),
          borderColor: colour(spec.line ? series.colour : '--surface'),
          borderWidth: spec.line ? 2 : spec.stacked ? { right: 1 } : 0,
          borderSkipped: false,
          borderRadius: spec.stacked ? 0 : 2,
          maxBarThickness: 26,
          categoryPercentage: 0.72,
          barPercentage: spec.stacked ? 0.9 : 0.94,
        })),
      },
      options: {
        indexAxis: spec.horizontal ? 'y' : 'x',
        animation: false,
        maintainAspectRatio: false,
        layout: { padding: { right: endRoom(spec) } },
        scales: { [values]: valueAxis(spec), [labels]: labelAxis(spec) },
        interaction: { mode: 'index', axis: labels, intersect: false },
        plugins: {
          endTexts: { texts: spec.ends?.texts },
          legend: {
            position: 'top',
            align: 'start',
            labels: {
              color: colour('--ink'),
              boxWidth: 10,
              boxHeight: 10,
              useBorderRadius: true,
              borderRadius: 2,
            },
          },
          tooltip: {
            backgroundColor: colour('--ink'),
            titleColor: colour('--surface'),
            bodyColor: colour('--surface'),
            padding: 10,
            boxPadding: 4,
            callbacks: {
              label: (item) =>
                ` ${item.dataset.label}: ${spec.series[item.datasetIndex].texts[item.dataIndex]}`,
            },
          },
        },
      },
      plugins: [endTexts],
    })
  }

  function drawAll() {
    for (const chart of charts) chart.destroy()
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
    charts = specs.map(draw)
    toggle.textContent = isDark() ? 'Light theme' : 'Dark theme'
  }

  toggle.hidden = false
  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    drawAll()
  })
  prefersDark.addEventListener('change', drawAll)

  // Paper is light and has no room to unfold things afterwards.
  let onScreen = {}
  window.addEventListener('beforeprint', () => {
    const closed = [...document.querySelectorAll('details.all:not([open])')]
    onScreen = { theme: root.dataset.theme, closed }
    for (const details of closed) details.open = true
    root.dataset.theme = 'light'
    drawAll()
  })
  window.addEventListener('afterprint', () => {
    for (const details of onScreen.closed ?? []) details.open = false
    if (onScreen.theme) root.dataset.theme = onScreen.theme
    else delete root.dataset.theme
    drawAll()
  })
  drawAll()
})()

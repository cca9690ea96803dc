/** Ids for the scenarios of a page, made from their names and unique in it: what a deep link names. */
export function scenarioAnchors(scenarios: readonly { readonly name: string }[]): readonly string[] {
  const used = new Set<string>()
  return scenarios.map(({ name }) => {
    const slug =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '') || 'unnamed'
    let anchor = `scenario-${slug}`
    for (let n = 2; used.has(anchor); n += 1) anchor = `scenario-${slug}-${n}`
    used.add(anchor)
    return anchor
  })
}

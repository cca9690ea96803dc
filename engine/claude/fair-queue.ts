/** Round robin between lanes, first come first served within a lane. */
export class FairQueue<Lane, Item> {
  /** The lane whose turn it is comes first; a lane without items is left out. */
  readonly #lanes = new Map<Lane, Item[]>()

  add(lane: Lane, item: Item): void {
    const items = this.#lanes.get(lane)
    if (items) items.push(item)
    else this.#lanes.set(lane, [item])
  }

  /** Whose turn it is; undefined when nobody waits. */
  peek(): Item | undefined {
    const [first] = this.#lanes.values()
    return first?.[0]
  }

  /** Takes out whose turn it is: the next turn is another lane's. */
  shift(): Item | undefined {
    const [first] = this.#lanes
    if (!first) return undefined
    const [lane, items] = first
    const item = items.shift()
    this.#lanes.delete(lane)
    if (items.length > 0) this.#lanes.set(lane, items)
    return item
  }

  /** Takes one out whose turn it need not be. @returns false where it is not there (any more). */
  remove(lane: Lane, item: Item): boolean {
    const items = this.#lanes.get(lane)
    const index = items?.indexOf(item) ?? -1
    if (!items || index < 0) return false
    items.splice(index, 1)
    if (items.length === 0) this.#lanes.delete(lane)
    return true
  }
}

// <live-list>: rows that are on the page change in place; nothing moves under the pointer. What is new is announced,
// and shown when the person asks for it, or at once while nobody points at the list.
import { say } from "../adjoin/js/words.js"

const PAUSE = 1000

class LiveList extends HTMLElement {
  connectedCallback() {
    this.seen = () => (document.hidden ? this.close() : this.open(true))
    document.addEventListener("visibilitychange", this.seen)
    addEventListener("pagehide", (this.leave = () => this.close()))
    this.open(false)
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen)
    removeEventListener("pagehide", this.leave)
    this.close()
  }

  open(mayHaveMissed) {
    this.close()
    if (document.hidden) return
    this.source = new EventSource(this.dataset.events)
    this.source.addEventListener("changed", () => this.soon())
    if (mayHaveMissed) this.soon()
  }

  close() {
    this.source?.close()
    this.source = null
    clearTimeout(this.timer)
    this.timer = null
  }

  // The first change is shown at once, a storm of them once a second.
  soon() {
    if (this.timer) return
    const wait = Math.max(100, PAUSE - (performance.now() - (this.last ?? -PAUSE)))
    this.timer = setTimeout(() => {
      this.timer = null
      this.last = performance.now()
      this.refresh()
    }, wait)
  }

  async refresh() {
    const response = await fetch(location.href).catch(() => null)
    if (!response?.ok || response.redirected) return
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    this.replace("views", page)
    const rows = document.getElementById("rows")
    const isTicked = Boolean(rows.querySelector("[name=ids]:checked"))
    const isBusy = isTicked || rows.matches(":hover") || rows.contains(document.activeElement) || rows.scrollTop > 0
    if (!isBusy) return this.replace("rows", page)
    const before = ids(document)
    const fresh = ids(page)
    for (const id of before) if (fresh.includes(id)) update(document.getElementById(id), page.getElementById(id))
    const count = fresh.filter((id) => !before.includes(id)).length
    if (count || before.join() !== fresh.join()) this.offer(count)
  }

  replace(id, page) {
    const fresh = page.getElementById(id)
    const current = document.getElementById(id)
    if (!fresh || !current) return
    if (!current.contains(document.activeElement)) current.replaceChildren(...document.adoptNode(fresh).childNodes)
    if (id === "rows") document.getElementById("list-news").replaceChildren()
  }

  offer(count) {
    const button = document.createElement("a")
    button.className = "button button--small"
    button.href = location.href
    button.textContent = count ? say("Show {count} more", { count }) : say("Show in the new order")
    document.getElementById("list-news").replaceChildren(button)
  }
}

const ids = (page) => [...page.querySelectorAll("#rows tr[id]")].map((row) => row.id)

function update(row, fresh) {
  const news = [...fresh.cells] // a cell that is taken out of its row moves the others up
  for (const [index, cell] of [...row.cells].entries()) {
    if (cell.contains(document.activeElement) || cell.matches(".tickets__pick") || !news[index]) continue
    cell.replaceChildren(...document.adoptNode(news[index]).childNodes)
  }
}

customElements.define("live-list", LiveList)

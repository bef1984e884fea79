// <live-ticket>: hears that its ticket changed, fetches the parts of the page that show it, and puts them in place.
// What the person types or has in focus is never taken away from them.
import { toast } from "../adjoin/js/toast-note.js"
import { say } from "../adjoin/js/words.js"

const PAUSE = 150 // several changes in a row are one
const SLOW = 15_000 // how often to look when nobody can tell us
const ASKING = "details[open], .htmx-request" // somebody opened something, or its own answer is on its way
const FOCUSABLE = "a, button, input, select, summary, textarea"

class LiveTicket extends HTMLElement {
  connectedCallback() {
    this.again = () => this.refresh() // our own doing: at once
    this.seen = () => (document.hidden ? this.close() : this.open(true))
    document.body.addEventListener("ticket-changed", this.again)
    document.addEventListener("visibilitychange", this.seen)
    addEventListener("pagehide", (this.leave = () => this.close()))
    this.open(false)
  }

  disconnectedCallback() {
    document.body.removeEventListener("ticket-changed", this.again)
    document.removeEventListener("visibilitychange", this.seen)
    removeEventListener("pagehide", this.leave)
    this.close()
  }

  // A hidden tab holds no connection: browsers allow few to one host, and it has nobody to show anything to.
  open(mayHaveMissed) {
    this.close()
    if (document.hidden) return
    this.source = new EventSource(this.dataset.events)
    this.source.addEventListener("changed", () => this.soon(true))
    this.source.addEventListener("error", () => {
      if (this.source?.readyState === EventSource.CLOSED) this.slowly()
    })
    if (mayHaveMissed) this.soon()
  }

  close() {
    this.source?.close()
    this.source = null
    clearTimeout(this.timer)
    clearInterval(this.slow)
  }

  slowly() {
    clearInterval(this.slow)
    this.slow = setInterval(() => this.soon(), SLOW)
    this.soon()
  }

  soon(fromElsewhere = false) {
    this.fromElsewhere ||= fromElsewhere
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.refresh(), PAUSE)
  }

  async refresh() {
    const round = (this.asked = (this.asked ?? 0) + 1)
    const response = await fetch(this.dataset.parts, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (response?.status === 404) return this.gone()
    if (response?.redirected || response?.headers.has("HX-Redirect")) return this.signedOut()
    if (!response?.ok) return
    const parts = new DOMParser().parseFromString(await response.text(), "text/html")
    if (round < (this.placed ?? 0)) return // a later answer was quicker
    this.placed = round
    let changed = false
    for (const part of parts.querySelectorAll("[data-live]")) changed = this.place(part) || changed
    refreshSharing()
    if (changed && this.fromElsewhere) this.announce(say("Updated just now"))
    this.fromElsewhere = false
  }

  place(part) {
    const current = document.getElementById(part.id)
    if (!current || current.isEqualNode(part)) return false
    if (part.dataset.live === "merge") return merge(current, part)
    if (part.dataset.live === "form" && isBeingEdited(current)) return false
    const handBack = focusIn(current)
    const fresh = document.adoptNode(part)
    current.replaceWith(fresh)
    htmx.process(fresh)
    handBack?.(fresh)
    return true
  }

  announce(words) {
    const news = document.getElementById("news")
    news.textContent = ""
    requestAnimationFrame(() => (news.textContent = words))
  }

  signedOut() {
    this.close()
    toast(say("You are signed out. What you typed is kept: sign in again and go on."), "error")
  }

  gone() {
    this.close()
    const notice = document.createElement("div")
    notice.className = "empty gone"
    notice.setAttribute("role", "alert")
    const title = document.createElement("h1")
    title.className = "empty__title"
    title.textContent = say("This can no longer be seen")
    const text = document.createElement("p")
    text.textContent = say("It was deleted, or it is no longer for you to read.")
    const back = document.createElement("a")
    back.className = "button"
    back.href = this.dataset.back || "/agent/"
    back.textContent = say("Back to the list")
    notice.append(title, text, back)
    this.replaceChildren(notice)
  }
}

// How to give the focus that is in `part` to what takes its place: to what has its id, or its words in the same place.
function focusIn(part) {
  const focused = document.activeElement
  if (!part.contains(focused)) return null
  const place = [...part.querySelectorAll(FOCUSABLE)].indexOf(focused)
  return (fresh) => {
    const there = focused.id ? document.getElementById(focused.id) : fresh.querySelectorAll(FOCUSABLE)[place]
    if (focused.id || there?.textContent === focused.textContent) there?.focus({ preventScroll: true })
  }
}

// Agents' pages have a part of sharing, with an address of its own. A question that is open in it stays.
function refreshSharing() {
  const sharing = document.getElementById("sharing")
  if (!sharing || sharing.querySelector(ASKING)) return
  const handBack = focusIn(sharing)
  if (handBack) sharing.addEventListener("htmx:afterSwap", () => handBack(sharing), { once: true })
  htmx.trigger(sharing, "refresh")
}

// New rows go where they belong; rows that are there stay as they are, with whatever is selected or focused in them.
function merge(list, fresh) {
  const ids = new Set([...fresh.children].map((row) => row.id))
  let changed = false
  let previous = null
  for (const row of [...fresh.children]) {
    let own = document.getElementById(row.id)
    if (!own) {
      own = document.adoptNode(row)
      own.querySelector(".comment")?.classList.add("is-fresh")
      previous ? previous.after(own) : list.prepend(own)
      htmx.process(own)
      changed = true
    } else if (bare(own) !== bare(row) && !own.contains(document.activeElement)) {
      const now = document.adoptNode(row) // a file arrived, or something was taken out
      own.replaceWith(now)
      htmx.process(now)
      own = now
      changed = true
    }
    previous = own
  }
  for (const row of [...list.children]) {
    if (!ids.has(row.id)) {
      row.remove()
      changed = true
    }
  }
  return changed
}

// A row without what script has made of it: how long ago it was, and that it is fresh.
function bare(row) {
  const copy = row.cloneNode(true)
  for (const time of copy.querySelectorAll("relative-time")) time.replaceChildren()
  for (const fresh of copy.querySelectorAll(".is-fresh")) fresh.classList.remove("is-fresh")
  return copy.innerHTML
}

function isBeingEdited(part) {
  if (part.querySelector(`${ASKING}, [role=alert], .field__error`)) return true // or it has just said what is wrong
  const fields = part.querySelectorAll("input:not([type=hidden]), textarea, select")
  return [...fields].some((field) =>
    field.tagName === "SELECT"
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field === document.activeElement || field.value !== field.defaultValue || field.checked !== field.defaultChecked,
  )
}

// A part of another app that is not there, or refuses, leaves its place empty; and it may have been opened meanwhile.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail
  if (!requestConfig.elt.matches("[data-optional]")) return
  if (xhr.status >= 400 || requestConfig.elt.querySelector(ASKING)) event.detail.shouldSwap = false
})

customElements.define("live-ticket", LiveTicket)

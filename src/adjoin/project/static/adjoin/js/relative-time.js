// <relative-time datetime="2026-03-04T10:00Z">: how long ago, with the exact time, in the reader's own zone, on hover.
// With the attribute `clock` it is the time of day ("since 09:14"), and the day too when that is not today.
const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]

class RelativeTime extends HTMLElement {
  connectedCallback() {
    this.show()
    this.timer = setInterval(() => this.show(), 60_000)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  show() {
    const moment = new Date(this.getAttribute("datetime"))
    if (Number.isNaN(moment.getTime())) return
    const language = document.documentElement.lang || undefined
    const time = document.createElement("time")
    time.dateTime = this.getAttribute("datetime")
    time.title = moment.toLocaleString(language, { dateStyle: "full", timeStyle: "short" })
    time.textContent = this.hasAttribute("clock") ? clock(moment, language) : timeAgo(moment, language)
    this.replaceChildren(time)
  }
}

function timeAgo(moment, language) {
  const seconds = (moment - Date.now()) / 1000
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" })
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  }
  return language?.startsWith("en") ? "just now" : words.format(0, "second")
}

function clock(moment, language) {
  const isToday = moment.toDateString() === new Date().toDateString()
  return moment.toLocaleString(language, isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" })
}

customElements.define("relative-time", RelativeTime)

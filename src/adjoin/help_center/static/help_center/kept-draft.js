// <kept-draft name="new-7"> around a form keeps what is typed in this browser for a week: a closed tab or a dead battery
// loses nothing. Files, hidden fields and passwords are not kept. A form that was sent forgets, and so does signing out, on
// whatever page (adjoin/js/signing-out.js).
const PREFIX = "portal-draft:"
const KEPT_MS = 7 * 24 * 3600 * 1000

class KeptDraft extends HTMLElement {
  connectedCallback() {
    this.key = PREFIX + this.getAttribute("name")
    if (!this.querySelector(".field__error")) this.restore()
    this.addEventListener("input", () => this.keep())
    this.addEventListener("submit", () => { this.isSent = true })
    // Before the answer is put into the page, which may bring this very form again, empty.
    this.addEventListener("htmx:beforeOnLoad", (event) => {
      if (event.detail.requestConfig.verb === "post" && event.detail.xhr.status < 300) localStorage.removeItem(this.key)
    })
    window.addEventListener("pagehide", () => { if (this.isSent) localStorage.removeItem(this.key) })
  }

  typed() {
    const all = [...(this.querySelector("form")?.elements ?? [])]
    return all.filter((one) => one.name && !["hidden", "file", "password", "search", "submit"].includes(one.type))
  }

  keep() {
    const values = this.typed().filter((one) => !["radio", "checkbox"].includes(one.type)).map((one) => [one.name, one.value])
    if (!values.some(([, value]) => value.trim())) return localStorage.removeItem(this.key)
    localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), values }))
  }

  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null")
    if (!kept || Date.now() - kept.at > KEPT_MS) return localStorage.removeItem(this.key)
    const values = new Map(kept.values)
    for (const one of this.typed()) if (values.has(one.name) && !one.value) one.value = values.get(one.name)
  }
}
customElements.define("kept-draft", KeptDraft)

for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
  if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEPT_MS) localStorage.removeItem(key)
}

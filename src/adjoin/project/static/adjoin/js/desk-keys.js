// Single keys, only while no field has focus, never with Alt or Option (they write characters on many keyboards).
const sheet = document.getElementById("keys")
let pending = "" // "g" while the second key of a pair is awaited
let timer

const rows = () => [...document.querySelectorAll("a.table__main")]
const click = (selector) => {
  const found = document.querySelector(selector)
  found?.click()
  return Boolean(found)
}

const acts = {
  "?": () => sheet.showModal(),
  "/": () => focus("[type=search]") || click('[data-go="/"]'),
  j: () => step(1),
  k: () => step(-1),
  o: () => document.activeElement?.matches("a.table__main") && document.activeElement.click(),
  u: () => click("[data-back]"),
  r: () => write("reply"),
  n: () => write("note"),
  s: () => focus("#property_status"),
  a: () => focus("#property_assignee"),
  l: () => focus("#properties [id=property_tags]"),
  m: () => openMenu("#macros"),
}
const places = { v: "v", i: "v", s: "s", t: "t", h: "h", k: "k", n: "n" }

function focus(selector) {
  const field = document.querySelector(selector)
  field?.focus()
  return Boolean(field)
}

function openMenu(selector) {
  const menu = document.querySelector(selector)
  if (!menu) return
  menu.open = true
  menu.querySelector(".menu__item")?.focus()
}

function write(mode) {
  const choice = document.querySelector(`#composer [name=mode][value=${mode}]`)
  if (!choice) return
  choice.checked = true
  focus("#composer [name=body]")
}

// In a list: the next row. On a ticket: the next ticket of the list it was opened from.
function step(by) {
  const links = rows()
  if (links.length) {
    const now = links.indexOf(document.activeElement)
    const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1)
    links[next].focus()
    links[next].scrollIntoView({ block: "nearest" })
    return
  }
  const { tickets = [] } = remembered()
  const place = tickets.indexOf(location.pathname)
  if (place >= 0 && tickets[place + by]) location.assign(tickets[place + by])
}

function remembered() {
  return JSON.parse(sessionStorage.getItem("list") || "{}")
}

// The list one came from, for "next", "previous" and "back".
if (rows().length) {
  const tickets = rows().map((link) => link.pathname)
  sessionStorage.setItem("list", JSON.stringify({ address: location.pathname + location.search, tickets }))
}
const back = document.querySelector("[data-back]")
if (back && remembered().address) back.href = remembered().address

// On a phone the views are a strip: begin at the chosen one.
document.querySelector(".lists__view[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" })

function isTyping(target) {
  return target.isContentEditable || target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select")
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return
  if (event.key === "Escape") {
    if (isTyping(event.target)) event.target.blur()
    return
  }
  if (isTyping(event.target) || sheet.open) return
  const wasPending = pending
  pending = ""
  if (wasPending === "g") {
    if (places[event.key] && click(`[data-go="${places[event.key]}"]`)) event.preventDefault()
    return
  }
  if (event.key === "g") {
    pending = "g"
    clearTimeout(timer)
    timer = setTimeout(() => (pending = ""), 1500)
    return
  }
  if (Object.hasOwn(acts, event.key)) {
    acts[event.key]()
    event.preventDefault()
  }
})

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) sheet.showModal()
  else if (event.target === sheet) sheet.close() // the backdrop
})

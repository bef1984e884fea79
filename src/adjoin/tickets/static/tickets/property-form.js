// The properties save themselves. An answer from the server is not shown while something newer is on its way or being
// typed: it would take that away. The answer to the last change shows everything.
let changes = 0
let sent = 0

const isOurs = (event) => event.detail.requestConfig?.elt?.id === "property-form" || event.detail.elt?.id === "property-form"

// On its way down, before htmx hears of it. What is typed into a list of words is no change until it is a chip.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("#property-form :is(select, token-field)")) changes += 1
  },
  { capture: true },
)

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOurs(event)) sent = changes
})

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event)) return
  const typing = document.activeElement?.closest?.("#properties token-field")
  const isTyped = Boolean(typing?.querySelector("input:not([type=hidden])")?.value)
  if (isTyped || changes > sent) event.detail.shouldSwap = false
})

// The properties save themselves. An answer from the server is not shown while something newer is on its way or being
// typed: it would take that away. The answer to the last change shows everything.
let changes = 0
let sent = 0
let isTyping = false // into a line of text, since the last change was sent

const isOurs = (event) => event.detail.requestConfig?.elt?.id === "property-form" || event.detail.elt?.id === "property-form"

// On its way down, before htmx hears of it. What is typed into a list of words is no change until it is a chip.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("#property-form :is(select, token-field, input:not(token-field input), textarea)")) changes += 1
  },
  { capture: true },
)

document.addEventListener("input", (event) => {
  if (event.target.matches("#property-form :is(input:not([type=checkbox], token-field input), textarea)")) isTyping = true
})

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOurs(event)) return
  sent = changes
  isTyping = false
})

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event)) return
  const typing = document.activeElement?.closest?.("#properties token-field")
  const isTyped = Boolean(typing?.querySelector("input:not([type=hidden])")?.value) || isTyping
  if (isTyped || changes > sent) event.detail.shouldSwap = false
})

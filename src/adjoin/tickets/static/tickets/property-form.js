// The properties save themselves; a new state from the server never takes away what is being typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "properties") return
  const typing = document.activeElement?.closest?.("#properties token-field")
  if (typing?.querySelector("input:not([type=hidden])")?.value) event.detail.shouldSwap = false
})

// Puts the address of an article where one is writing.
document.addEventListener("click", (event) => {
  const address = event.target.closest("[data-insert]")?.dataset.insert
  if (!address) return
  const field = document.querySelector("#composer [name=body]")
  const before = field.value.slice(0, field.selectionStart)
  const gap = !before || /\s$/.test(before) ? "" : " "
  field.setRangeText(gap + address + " ", field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
  document.getElementById("articles").open = false
  field.focus()
})

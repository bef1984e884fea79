// <details class="menu"> opens by itself; here it also closes on Escape, on a click elsewhere, and moves with the arrows.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false
  }
})

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]")
  if (!menu) return
  if (event.key === "Escape") {
    menu.open = false
    menu.querySelector("summary").focus()
    event.stopPropagation()
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu__item")]
    const step = event.key === "ArrowDown" ? 1 : -1
    const next = items.indexOf(document.activeElement) + step
    items.at(Math.min(Math.max(next, 0), items.length - 1))?.focus()
    event.preventDefault()
  }
})

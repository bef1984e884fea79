// Ticking rows: x ticks the row in focus, with Shift all from the last one; so does a click with Shift. Without script
// the boxes and the bar work as they are.
import { toast } from "../adjoin/js/toast-note.js"
import { say } from "../adjoin/js/words.js"

const list = document.getElementById("list")
let last = null // the id of the row that was ticked or cleared last

const boxes = () => [...document.querySelectorAll('#rows [name="ids"]')]

function pick(box, isOn, isRange) {
  const all = boxes()
  const from = all.findIndex((one) => one.value === last)
  const to = all.indexOf(box)
  const range = isRange && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box]
  for (const one of range) one.checked = isOn
  last = box.value
  tell()
}

function tell() {
  const all = boxes()
  const ticked = all.filter((one) => one.checked)
  const whole = document.querySelector("[data-pick-all]")
  if (whole) {
    whole.checked = ticked.length > 0 && ticked.length === all.length
    whole.indeterminate = ticked.length > 0 && !whole.checked
  }
  const count = document.querySelector("#bulk [data-count]")
  if (count) count.textContent = say("{count} selected", { count: ticked.length })
}

function clear() {
  for (const one of document.querySelectorAll('#rows [name="ids"], #bulk [name="all"]')) one.checked = false
  tell()
}

list?.addEventListener("click", (event) => {
  if (event.target.matches('[name="ids"]')) pick(event.target, event.target.checked, event.shiftKey)
  if (event.target.closest("[data-clear]")) clear()
})

list?.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick-all]")) return
  for (const one of boxes()) one.checked = event.target.checked
  tell()
})

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.key.toLowerCase() !== "x") return
  const row = document.activeElement?.matches("a.table__main") ? document.activeElement.closest("tr") : null
  const box = row?.querySelector('[name="ids"]')
  if (!box) return
  pick(box, event.shiftKey || !box.checked, event.shiftKey)
  event.preventDefault()
})

// Deleting asks first. Without script it does not: what was deleted can be brought back.
document.addEventListener("htmx:confirm", (event) => {
  const words = event.detail.triggeringEvent?.submitter?.dataset.confirm
  if (!words) return
  event.preventDefault()
  if (confirm(words)) event.detail.issueRequest(true)
})

document.body.addEventListener("toast", (event) => toast(event.detail.value))
document.addEventListener("htmx:afterSwap", tell)
tell()

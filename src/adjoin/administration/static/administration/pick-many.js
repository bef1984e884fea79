// <pick-many>: a list with boxes to tick. The box marked `data-all` ticks all of them, Shift ticks a run, and the words
// in [data-count] say how many are ticked.
import { say } from "../adjoin/js/words.js"

function said(count) {
  if (!count) return say("those who are ticked")
  return say(count === 1 ? "{count} person" : "{count} people", { count })
}

class PickMany extends HTMLElement {
  connectedCallback() {
    this.all = this.querySelector("[data-all]")
    this.count = this.querySelector("[data-count]")
    this.addEventListener("change", (event) => event.target === this.all && this.tickAll())
    this.addEventListener("change", () => this.show())
    this.addEventListener("click", (event) => this.run(event))
    this.show()
  }

  get boxes() {
    return [...this.querySelectorAll("input[name=user]")]
  }

  tickAll() {
    for (const box of this.boxes) box.checked = this.all.checked
  }

  run(event) {
    const place = this.boxes.indexOf(event.target)
    if (place < 0) return
    if (event.shiftKey && this.last >= 0) {
      const [from, to] = [this.last, place].sort((a, b) => a - b)
      for (const box of this.boxes.slice(from, to + 1)) box.checked = event.target.checked
    }
    this.last = place
    this.show()
  }

  show() {
    const ticked = this.boxes.filter((box) => box.checked).length
    this.toggleAttribute("data-ticked", ticked > 0)
    if (this.count) this.count.textContent = said(ticked)
    if (!this.all) return
    this.all.checked = ticked > 0 && ticked === this.boxes.length
    this.all.indeterminate = ticked > 0 && !this.all.checked
  }
}

customElements.define("pick-many", PickMany)

// <toast-note>: says what was done and leaves by itself; errors stay until they are clicked away.
class ToastNote extends HTMLElement {
  connectedCallback() {
    if (!this.classList.contains("toast--error")) this.timer = setTimeout(() => this.remove(), 6_000)
    this.addEventListener("click", () => this.remove())
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }
}

customElements.define("toast-note", ToastNote)

export function toast(text, kind = "info") {
  const note = document.createElement("toast-note")
  note.className = `toast toast--${kind}`
  note.textContent = text
  document.getElementById("toasts")?.append(note)
}

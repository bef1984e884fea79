// <copy-lines of="id"> around a button and what it says then: copies the lines of a list. Where the browser lets no page
// copy, the lines are selected for the person to copy themselves.
class CopyLines extends HTMLElement {
  connectedCallback() {
    this.list = document.getElementById(this.getAttribute("of"))
    this.told = this.querySelector("[role=status]")
    this.querySelector("button").addEventListener("click", () => this.copy())
  }

  async copy() {
    const lines = [...this.list.children].map((line) => line.textContent.trim())
    try {
      await navigator.clipboard.writeText(`${lines.join("\n")}\n`)
      this.told.textContent = this.dataset.copied
    } catch {
      getSelection().selectAllChildren(this.list)
      this.told.textContent = this.dataset.selected
    }
  }
}
customElements.define("copy-lines", CopyLines)
